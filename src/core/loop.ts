import { BehaviorSubject, Observable } from 'rxjs'
import { eventBus } from './event-bus.ts'

/** One turn of the loop: what happened, and the state after it. */
export interface Step<S, E> {
  readonly event: E
  readonly state: S
}

export interface LoopOptions<S, E> {
  readonly initial: S
  readonly reduce: (state: S, event: E) => S
  /** Whether an event still matters in this state; what does not is dropped before anything sees it. */
  readonly admit: (state: S, event: E) => boolean
}

/**
 * Closes the loop: everything that `wire` returns comes back to it in `event$`, after the state has taken it in.
 *
 * Events are handled one at a time, in the order in which they were emitted: one that is emitted while another is being
 * handled waits for its turn, and none is handled before `wire`'s result is subscribed to in full. So no stage sees an
 * event in the middle of another, and a synchronous source loses nothing. `state$` has the latest state, and replays it.
 *
 * Emits each {@link Step}. Errors and completes as `wire`'s result does, after what it emitted before. Unsubscribing
 * unsubscribes from that result.
 */
export function loop<S, E>(
  { initial, reduce, admit }: LoopOptions<S, E>,
  wire: (event$: Observable<E>, state$: Observable<S>) => Observable<E>,
): Observable<Step<S, E>> {
  return new Observable((subscriber) => {
    const bus = eventBus<E>()
    const state$ = new BehaviorSubject(initial)
    const waiting: E[] = []
    let busy = true
    let finish: (() => void) | undefined

    const drain = () => {
      busy = true
      for (let event = waiting.shift(); event !== undefined && !subscriber.closed; event = waiting.shift()) {
        if (!admit(state$.value, event)) continue
        const state = reduce(state$.value, event)
        if (state !== state$.value) state$.next(state)
        subscriber.next({ event, state })
        bus.next(event)
      }
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
          waiting.push(event)
          if (!busy) drain()
        },
        error: (thrown: unknown) => finishWith(() => subscriber.error(thrown)),
        complete: () => finishWith(() => subscriber.complete()),
      }),
    )
    drain()
  })
}
