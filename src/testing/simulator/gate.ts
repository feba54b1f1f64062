import { Observable, type SchedulerAction, type SchedulerLike } from 'rxjs'

/** Lets work of one client through; while the client is frozen it waits, and once it is dead nothing comes through. */
export interface Gate {
  /** How many timers of the client are set. */
  readonly timers: () => number
  run(work: () => void): void
  freeze(): void
  thaw(): void
  kill(): void
  /** `scheduler` as this client sees it: its timers wait while it is frozen, and its clock is `clockMs` ahead. */
  scheduler(scheduler: SchedulerLike, clockMs: number): SchedulerLike
  /** `source$`, whose events wait while the client is frozen. */
  stream<T>(source$: Observable<T>): Observable<T>
}

/** Makes a {@link Gate}. `rested` is called each time that work, with everything that it led to at once, is done. */
export function createGate(rested: () => void = () => undefined): Gate {
  let state: 'open' | 'frozen' | 'dead' = 'open'
  let timers = 0
  let depth = 0
  const waiting: (() => void)[] = []
  const run = (work: () => void) => {
    if (state === 'frozen') waiting.push(work)
    if (state !== 'open') return
    depth++
    work()
    depth--
    if (depth === 0) rested()
  }
  return {
    timers: () => timers,
    run,
    freeze() {
      if (state === 'open') state = 'frozen'
    },
    thaw() {
      if (state !== 'frozen') return
      state = 'open'
      while (waiting.length > 0) run(waiting.shift() ?? (() => undefined))
    },
    kill() {
      state = 'dead'
      waiting.length = 0
    },
    scheduler: (scheduler, clockMs) => ({
      now: () => scheduler.now() + clockMs,
      schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, ms?: number, value?: T) {
        timers++
        const action = scheduler.schedule<T>(
          function (this: SchedulerAction<T>, next) {
            run(() => {
              if (!this.closed) work.call(this, next)
            })
          },
          ms,
          value,
        )
        action.add(() => timers--)
        return action
      },
    }),
    stream: (source$) =>
      new Observable((subscriber) =>
        source$.subscribe({
          next: (value) => run(() => subscriber.next(value)),
          error: (thrown: unknown) => run(() => subscriber.error(thrown)),
          complete: () => run(() => subscriber.complete()),
        }),
      ),
  }
}
