import { BehaviorSubject, type Observable } from 'rxjs'
import type { callPipeline } from 'rxcall'
import { record, type TraceEntry } from 'rxcall/trace'

/** What a client does, as JSON Lines, from the moment it joins. */
export interface Recording {
  /** Runs the client that is recorded. */
  readonly pipeline: typeof callPipeline
  /** Whether a whole call is in it. Replays. */
  readonly hasCall$: Observable<boolean>
  /** All of it so far. */
  readonly file: () => File
}

export function newRecording(now: () => Date = () => new Date()): Recording {
  const lines: string[] = []
  const hasCall$ = new BehaviorSubject(false)
  const write = (entry: TraceEntry) => {
    lines.push(`${JSON.stringify(entry)}\n`)
    if (entry.type === 'state' && entry.state.call?.phase === 'ended') hasCall$.next(true)
  }
  return {
    pipeline: record(write),
    hasCall$,
    file: () => new File(lines, fileName(now()), { type: 'application/jsonl' }),
  }
}

function fileName(at: Date): string {
  const time = at.toISOString().replace(/\..*/, '').replaceAll(':', '-')
  return `rxcall-${time}.jsonl`
}

/** Has the browser save a file. */
export function download(file: File): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = file.name
  link.click()
  URL.revokeObjectURL(link.href)
}
