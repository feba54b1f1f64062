import { monitorEventLoopDelay, type Histogram } from 'node:perf_hooks'

/** The recent delay of the event loop. Reading it changes nothing, so several readers can share it. */
export interface EventLoopDelay {
  /** The percentile of the delay in seconds, over the last one to two {@link LOOP_WINDOW_MS}. */
  seconds(percent: number): number
  /** Measures from now until `stop`. */
  start(): void
  stop(): void
}

/** Prometheus scrapes every minute by default, so it misses nothing. */
export const LOOP_WINDOW_MS = 60_000

/** Milliseconds between two samples. */
const RESOLUTION_MS = 10

/** Measures nanoseconds from one sample to the next. */
type Monitor = Pick<Histogram, 'count' | 'percentile' | 'reset'> & { enable(): unknown; disable(): unknown }

const monitorLoop = (): Monitor => monitorEventLoopDelay({ resolution: RESOLUTION_MS })

export function createEventLoopDelay(createMonitor = monitorLoop): EventLoopDelay {
  // They are reset in turn, and readers use the other one, which was not just reset.
  let [current, next] = [createMonitor(), createMonitor()]
  let timer: NodeJS.Timeout | undefined

  return {
    seconds(percent) {
      if (current.count === 0) return 0
      // The monitor measures how long it slept, so a loop that is never late shows the resolution.
      return Math.max(0, current.percentile(percent) / 1e9 - RESOLUTION_MS / 1000)
    },

    start() {
      for (const monitor of [current, next]) monitor.enable()
      timer = setInterval(() => {
        current.reset()
        ;[current, next] = [next, current]
      }, LOOP_WINDOW_MS).unref()
    },

    stop() {
      for (const monitor of [current, next]) monitor.disable()
      clearInterval(timer)
    },
  }
}
