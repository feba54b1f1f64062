import { monitorEventLoopDelay, type Histogram } from 'node:perf_hooks'

/** How late the event loop was lately, however often and by how many that is asked. */
export interface EventLoopDelay {
  /** By how many seconds it was late in `percent` of the looks at it, or less, in the last one to two {@link LOOP_WINDOW_MS}. */
  seconds(percent: number): number
  /** Looks at it from now until `stop`. */
  start(): void
  stop(): void
}

/** Prometheus asks every minute, unless told otherwise; so it misses nothing. */
export const LOOP_WINDOW_MS = 60_000

/** Milliseconds between two looks. */
const RESOLUTION_MS = 10

/** What it saw, in nanoseconds from one look to the next one. */
type Monitor = Pick<Histogram, 'count' | 'percentile' | 'reset'> & { enable(): unknown; disable(): unknown }

const monitorLoop = (): Monitor => monitorEventLoopDelay({ resolution: RESOLUTION_MS })

export function createEventLoopDelay(createMonitor = monitorLoop): EventLoopDelay {
  // In turn each begins anew, and the other one is asked: so it is never one that has just begun.
  let [asked, next] = [createMonitor(), createMonitor()]
  let timer: NodeJS.Timeout | undefined

  return {
    seconds(percent) {
      if (asked.count === 0) return 0
      // The monitor measures how long it slept, so a loop that is never late has its resolution.
      return Math.max(0, asked.percentile(percent) / 1e9 - RESOLUTION_MS / 1000)
    },

    start() {
      for (const monitor of [asked, next]) monitor.enable()
      timer = setInterval(() => {
        asked.reset()
        ;[asked, next] = [next, asked]
      }, LOOP_WINDOW_MS).unref()
    },

    stop() {
      for (const monitor of [asked, next]) monitor.disable()
      clearInterval(timer)
    },
  }
}
