import type { SchedulerLike } from 'rxjs'
import type { TraceEntry, TraceInput, TraceOutput } from './entry.ts'

/** How the parts of a recorder note what they see. */
export interface Notes {
  /**
   * Notes an input for the core, then hands it over by `handle`. While the core handles another input, it waits for its
   * turn, so a trace never has one input inside another. Dropped if `isOver` by then.
   */
  readonly given: (input: TraceInput, handle: () => void, isOver?: () => boolean) => void
  /** Something that the core does: it happens at the time of what the core was given last. */
  readonly done: (output: TraceOutput) => void
  /** Scheduler time in milliseconds of what was given last. */
  readonly now: () => number
}

interface Arrival {
  readonly input: TraceInput
  readonly handle: () => void
  readonly isOver: () => boolean
}

/** Takes notes as entries with their time, which begins now. */
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
      // The first of them is what it all begins with, and the clock may have moved on since then.
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
