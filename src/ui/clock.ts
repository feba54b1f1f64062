import { getContext, setContext } from 'svelte'
import { asyncScheduler, type SchedulerLike } from 'rxjs'

const key = Symbol('clock')

/** Gives the components below this one another clock than the real one. */
export function setClock(clock: SchedulerLike): void {
  setContext(key, clock)
}

/** The clock of the call that these components show. */
export const getClock = (): SchedulerLike => getContext<SchedulerLike | undefined>(key) ?? asyncScheduler
