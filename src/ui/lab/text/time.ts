/** Formats milliseconds as `350 ms`, `1.24 s` or `2 min 5 s`. */
export function timeInWords(ms: number): string {
  const rounded = Math.round(ms)
  if (rounded < 1_000) return `${rounded} ms`
  if (rounded < 60_000) return `${Number((rounded / 1_000).toFixed(rounded < 10_000 ? 2 : 1))} s`
  const seconds = Math.round(rounded / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
