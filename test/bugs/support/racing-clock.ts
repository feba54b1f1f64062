import type { SchedulerLike } from 'rxjs'
import type { Env } from '../../../src/core/index.ts'

const MINUTE_MS = 60_000

/** `env` with a clock that moves on by a minute each time that it is read. Its timers are on time. */
export function racingClock({ scheduler, id }: Env): Env {
  let minutes = 0
  const racing: SchedulerLike = {
    now: () => scheduler.now() + ++minutes * MINUTE_MS,
    schedule: scheduler.schedule.bind<SchedulerLike['schedule']>(scheduler),
  }
  return { scheduler: racing, id }
}
