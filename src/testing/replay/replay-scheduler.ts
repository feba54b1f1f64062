import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs'

/** A scheduler whose timers are run by hand, and whose clock is set by hand. */
export interface ReplayScheduler extends SchedulerLike {
  /** Sets the clock, in milliseconds. */
  set(now: number): void
  /** Runs the work of the n-th timer that was set, counted from 1. False if there is none, or it was cancelled. */
  run(timer: number): boolean
}

export function replayScheduler(): ReplayScheduler {
  const timers = new Map<number, () => void>()
  let time = 0
  let count = 0
  return {
    now: () => time,
    set(now) {
      time = now
    },
    run(timer) {
      const work = timers.get(timer)
      work?.()
      return work !== undefined
    },
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, _ms?: number, state?: T) {
      const timer = ++count
      const action: SchedulerAction<T> = Object.assign(new Subscription(), {
        // Work that repeats asks its own action for the next time.
        schedule(next?: T) {
          if (!action.closed) timers.set(timer, () => work.call(action, next))
          return action
        },
      })
      action.add(() => timers.delete(timer))
      return action.schedule(state)
    },
  }
}
