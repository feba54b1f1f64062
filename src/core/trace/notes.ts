import type { SchedulerLike } from 'rxjs'
import type { TraceEntry, TraceInput, TraceOutput } from './entry.ts'

/** Lets the parts of a recorder note what they see. */
export interface Notes {
  /**
   * Notes an input for the core, then hands it over with `handle`. While the core handles another input, this one
   * waits, so a trace never nests inputs. Dropped if `isOver` by then.
   */
  readonly given: (input: TraceInput, handle: () => void, isOver?: () => boolean) => void
  /** Notes an output of the core, at the time of the last input. */
  readonly done: (output: TraceOutput) => void
  /** Scheduler time of the last input, in milliseconds. */
  readonly now: () => number
}

interface Arrival {
  readonly input: TraceInput
  readonly handle: () => void
  readonly isOver: () => boolean
}

/** Writes notes as entries, with times counted from now. */
export function takeNotes(scheduler: SchedulerLike, write: (entry: TraceEntry) => void): Notes {
  const startedAt = scheduler.now()
  let begun = false
  const waiting: Arrival[] = []
  let now = startedAt
  let busy = false
  let failed = false
  const note = (what: TraceInput | TraceOutput) => {
    if (failed) return
    try {
      write({ at: now - startedAt, ...what })
    } catch (thrown) {
      failed = true
      // A recording that fails must not harm the call: it stops, and the error is thrown where nothing depends on it.
      scheduler.schedule(() => {
        throw thrown
      })
    }
  }
  const handleAll = () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (next.isOver()) continue
      // The first input has the start time, although the clock may have moved on since then.
      if (begun) now = scheduler.now()
      begun = true
      note(next.input)
      next.handle()
    }
  }
  return {
    given(input, handle, isOver = () => false) {
      waiting.push({ input, handle, isOver })
      if (busy) return
      busy = true
      try {
        handleAll()
      } finally {
        busy = false
      }
    },
    done: note,
    now: () => now,
  }
}
