import { BehaviorSubject, Observable } from 'rxjs'
import type { Behavior } from './behavior.ts'
import { eventBus } from './event-bus.ts'

/** One turn of the loop: what happened, and the state after it. */
export interface Step<S, E> {
  readonly event: E
  readonly state: S
  /** Counts what the loop was given, from 1, in order. Events that were dropped have numbers too, so some are missing. */
  readonly number: number
  /** The number of the event that was being handled when this one was emitted; `undefined` if none was. */
  readonly cause: number | undefined
}

export interface LoopOptions<S, E> {
  readonly initial: S
  readonly reduce: (state: S, event: E) => S
  /** Whether an event still matters in this state; what does not is dropped before anything sees it. */
  readonly admit: (state: S, event: E) => boolean
}

/**
 * Closes the loop: everything that `wire` returns comes back to it in `event$`, after the state has been updated.
 *
 * Events are handled one at a time, in the order in which they were emitted. An event that is emitted during another
 * waits for its turn. None is handled before `wire`'s result is fully subscribed. So no stage sees an event in the
 * middle of another, and a synchronous source loses nothing. `state$` has the latest state, and replays it.
 *
 * Emits each {@link Step}. Errors and completes as `wire`'s result does, after what it emitted before. Unsubscribing
 * unsubscribes from that result.
 */
export function loop<S, E>(
  { initial, reduce, admit }: LoopOptions<S, E>,
  wire: (event$: Observable<E>, state$: Behavior<S>) => Observable<E>,
): Observable<Step<S, E>> {
  return new Observable((subscriber) => {
    const bus = eventBus<E>()
    const state$ = new BehaviorSubject(initial)
    const waiting: { readonly event: E; readonly number: number; readonly cause: number | undefined }[] = []
    let count = 0
    let handled: number | undefined
    let busy = true
    let finish: (() => void) | undefined

    const drain = () => {
      busy = true
      for (let next = waiting.shift(); next !== undefined && !subscriber.closed; next = waiting.shift()) {
        const { event, number, cause } = next
        if (!admit(state$.value, event)) continue
        const state = reduce(state$.value, event)
        if (state !== state$.value) state$.next(state)
        handled = number
        subscriber.next({ event, state, number, cause })
        bus.next(event)
      }
      handled = undefined
      busy = false
      finish?.()
    }
    const finishWith = (last: () => void) => {
      finish = last
      if (!busy) last()
    }

    subscriber.add(
      wire(bus.event$, state$).subscribe({
        next: (event) => {
          waiting.push({ event, number: ++count, cause: handled })
          if (!busy) drain()
        },
        error: (thrown: unknown) => finishWith(() => subscriber.error(thrown)),
        complete: () => finishWith(() => subscriber.complete()),
      }),
    )
    drain()
  })
}
