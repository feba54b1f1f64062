import { tap } from 'rxjs'
import type { Env } from '../../../src/core/index.ts'
import type { MarbleTools } from '../../../src/testing/index.ts'
import { createTaskQueue } from '../../../src/testing/simulator/task-queue.ts'

/**
 * An `env` that falls asleep at the `f` of `slept`, and wakes at the `t`. Timers that are due meanwhile run when it
 * wakes.
 */
export function sleeping({ hot, env, expectObservable }: MarbleTools, slept: string): Env {
  const tasks = createTaskQueue()
  const sleep$ = hot(slept).pipe(tap((does) => (does === 'f' ? tasks.freeze() : tasks.resume())))
  expectObservable(sleep$).toBe(slept)
  return { ...env, scheduler: tasks.scheduler(env.scheduler, 0) }
}
