import { Observable, type SchedulerAction, type SchedulerLike } from 'rxjs'

/**
 * The tasks of one simulated page. While the page is frozen (W3C Page Lifecycle), tasks are queued; after `kill`, they
 * are dropped.
 */
export interface TaskQueue {
  /** The number of pending timers. Work without a delay is a task about to run, not a timer. */
  readonly timers: () => number
  run(work: () => void): void
  freeze(): void
  resume(): void
  kill(): void
  /** Wraps a scheduler: its timers wait while the page is frozen, and its clock is `clockMs` ahead. */
  scheduler(scheduler: SchedulerLike, clockMs: number): SchedulerLike
  /** Mirrors the source, but queues its notifications while the page is frozen. */
  stream<T>(source$: Observable<T>): Observable<T>
}

/** Calls `rested` after each task, once everything that followed from it synchronously is done. */
export function createTaskQueue(rested: () => void = () => undefined): TaskQueue {
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
    resume() {
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
        const isTimer = ms !== undefined
        if (isTimer) timers++
        const action = scheduler.schedule<T>(
          function (this: SchedulerAction<T>, next) {
            run(() => {
              if (!this.closed) work.call(this, next)
            })
          },
          ms,
          value,
        )
        if (isTimer) action.add(() => timers--)
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
