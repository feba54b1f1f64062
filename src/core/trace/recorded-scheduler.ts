import type { SchedulerAction, SchedulerLike } from 'rxjs'
import type { Notes } from './notes.ts'

/** Wraps `scheduler`. Notes when each timer is set, runs and is cancelled. Its clock is that of the notes. */
export function recordedScheduler(scheduler: SchedulerLike, { given, done, now }: Notes): SchedulerLike {
  let count = 0
  return {
    now,
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, ms = 0, state?: T) {
      const timer = ++count
      let ran = false
      done({ type: 'timer-set', timer, ms })
      const action = scheduler.schedule<T>(
        function (this: SchedulerAction<T>, state) {
          const run = () => {
            ran = true
            const repeat = this.schedule.bind(this)
            // Repeating work reschedules its own action, and may be cancelled before that runs.
            this.schedule = (state, ms) => {
              ran = false
              return repeat(state, ms)
            }
            work.call(this, state)
            this.schedule = repeat
          }
          given({ type: 'timer-ran', timer }, run, () => this.closed)
        },
        ms,
        state,
      )
      action.add(() => {
        if (!ran) done({ type: 'timer-cleared', timer })
      })
      return action
    },
  }
}
