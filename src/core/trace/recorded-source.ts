import { Observable } from 'rxjs'
import { encodeThrown } from './encode.ts'
import type { TracedEnd, TraceInput, TraceOutput } from './entry.ts'
import type { Notes } from './notes.ts'

/** How what a source does is noted. */
export interface Crossing<T> {
  /** The core subscribes, and unsubscribes or is through with it. */
  readonly opened?: TraceOutput
  readonly closed?: TraceOutput
  readonly emitted: (value: T) => TraceInput
  readonly ended: (how: TracedEnd) => TraceInput
}

/** The same as `source$`, with everything that it emits noted, and when it is subscribed and unsubscribed. */
export function recordedSource<T>(
  source$: Observable<T>,
  { given, done }: Notes,
  { opened, closed, emitted, ended }: Crossing<T>,
): Observable<T> {
  return new Observable((subscriber) => {
    const isOver = () => subscriber.closed
    if (opened) done(opened)
    if (closed) subscriber.add(() => done(closed))
    return source$.subscribe({
      next: (value) => given(emitted(value), () => subscriber.next(value), isOver),
      error: (thrown: unknown) => given(ended(encodeThrown(thrown)), () => subscriber.error(thrown), isOver),
      complete: () => given(ended({}), () => subscriber.complete(), isOver),
    })
  })
}
