import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs'
import type { Env } from '../../../src/core/index.ts'

/** Wraps an `env`, and counts the scheduled actions that have not run yet. */
export function pendingTimers<E extends Pick<Env, 'scheduler'>>(env: E) {
  const pending = new Set<Subscription>()
  const scheduler: SchedulerLike = {
    now: () => env.scheduler.now(),
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T) {
      const action = env.scheduler.schedule(work, delay, state as T)
      pending.add(action)
      action.add(() => pending.delete(action))
      return action
    },
  }
  return { ...env, scheduler, pending: () => pending.size }
}
