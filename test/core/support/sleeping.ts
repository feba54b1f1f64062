import { tap } from 'rxjs'
import type { Env } from '../../../src/core/index.ts'
import type { MarbleTools } from '../../../src/testing/index.ts'
import { createGate } from '../../../src/testing/simulator/gate.ts'

/** An `env` that falls asleep and wakes again where `slept` has `f` and `t`: what is due in the meantime comes as it wakes. */
export function sleeping({ hot, env, expectObservable }: MarbleTools, slept: string): Env {
  const gate = createGate()
  const sleep$ = hot(slept).pipe(tap((does) => (does === 'f' ? gate.freeze() : gate.thaw())))
  expectObservable(sleep$).toBe(slept)
  return { ...env, scheduler: gate.scheduler(env.scheduler, 0) }
}
