import { BehaviorSubject, type Observable } from 'rxjs'
import type { TraceEntry } from 'rxcall/trace'

/** A recording of a client, as JSON Lines. */
export interface Recording {
  /** Adds an entry from the recorder. */
  readonly write: (entry: TraceEntry) => void
  /** Whether it contains a whole call. Replays the latest value. */
  readonly hasCall$: Observable<boolean>
  /** Returns everything recorded so far. */
  readonly file: () => File
}

export function newRecording(now: () => Date = () => new Date()): Recording {
  const lines: string[] = []
  const hasCall$ = new BehaviorSubject(false)
  let wasOpen = false
  const write = (entry: TraceEntry) => {
    lines.push(`${JSON.stringify(entry)}\n`)
    const phase = entry.type === 'state' ? entry.state.call?.phase : undefined
    if (phase === undefined) return
    // A call that ended before the recording began does not count.
    if (phase === 'ended' && wasOpen) hasCall$.next(true)
    wasOpen = phase !== 'idle' && phase !== 'ended'
  }
  return {
    write,
    hasCall$,
    file: () => new File(lines, fileName(now()), { type: 'application/jsonl' }),
  }
}

function fileName(at: Date): string {
  const time = at.toISOString().replace(/\..*/, '').replaceAll(':', '-')
  return `rxcall-${time}.jsonl`
}

/** Makes the browser save a file. */
export function download(file: File): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = file.name
  link.click()
  URL.revokeObjectURL(link.href)
}
