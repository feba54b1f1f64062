const pad = (count: number): string => String(count).padStart(2, '0')

/** Formats a duration of `ms` milliseconds as `mm:ss`, or as `h:mm:ss` from one hour on. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(seconds / 3600)
  const clock = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  return hours > 0 ? `${hours}:${clock}` : clock
}
