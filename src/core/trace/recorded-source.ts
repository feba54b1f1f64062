import { Observable } from 'rxjs'
import { encodeThrown } from './encode.ts'
import type { TracedEnd, TraceInput, TraceOutput } from './entry.ts'
import type { Notes } from './notes.ts'

/** The trace entries for what a source does. */
export interface Crossing<T> {
  /** Noted when the core subscribes, and when it unsubscribes or the source ends. */
  readonly opened?: TraceOutput
  readonly closed?: TraceOutput
  readonly emitted: (value: T) => TraceInput
  readonly ended: (how: TracedEnd) => TraceInput
}

/** Mirrors `source$`. Notes everything that it emits, and when it is subscribed and unsubscribed. */
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
