import { asyncScheduler, type SchedulerAction, type SchedulerLike } from 'rxjs'

type Work = (this: SchedulerAction<unknown>, state?: unknown) => void

/** The clock of a replayed call: it shows the time of the recording, and ticks like the real one. */
export const replayClock = (now: () => number): SchedulerLike => ({
  now,
  schedule: (work, delay, state) => asyncScheduler.schedule(work as Work, delay, state),
})
