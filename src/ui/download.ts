/** Makes the browser save a file. */
export function download(file: File): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = file.name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** A name for a file about calls that is saved now: `rxcall-2026-01-31T12-00-00.test.ts`. */
export function fileName(ending: string, now: Date = new Date()): string {
  const time = now.toISOString().replace(/\..*/, '').replaceAll(':', '-')
  return `rxcall-${time}.${ending}`
}
