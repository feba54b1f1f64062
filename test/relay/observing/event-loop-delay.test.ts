import { createHistogram } from 'node:perf_hooks'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createEventLoopDelay, LOOP_WINDOW_MS } from '../../../server/observing/event-loop-delay.ts'

/** Monitors that report what the test sets, in milliseconds between two samples. */
function monitored() {
  const monitors: ReturnType<typeof createHistogram>[] = []
  const delay = createEventLoopDelay(() => {
    const monitor = Object.assign(createHistogram(), { enable: () => true, disable: () => true })
    monitors.push(monitor)
    return monitor
  })
  const sees = (ms: number) => monitors.forEach((monitor) => monitor.record(Math.round(ms * 1e6)))
  return { delay, sees }
}

it('a loop that is never late has no delay, although its monitor samples every 10 ms', () => {
  const { delay, sees } = monitored()
  expect(delay.seconds(100)).toBe(0)
  for (const ms of [9.5, 10, 10, 10.05]) sees(ms)
  expect(delay.seconds(50)).toBeCloseTo(0, 3)
  expect(delay.seconds(50)).toBeGreaterThanOrEqual(0)
  sees(260)
  expect(delay.seconds(100)).toBeCloseTo(0.25, 2)
  expect(delay.seconds(50)).toBeCloseTo(0, 3)
})

it('reading the delay does not reset it for other readers', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { delay, sees } = monitored()
  delay.start()
  sees(510)
  vi.advanceTimersByTime(LOOP_WINDOW_MS - 1)
  for (let looks = 0; looks < 3; looks += 1) expect(delay.seconds(100)).toBeCloseTo(0.5, 2)
  vi.advanceTimersByTime(1)
  sees(20)
  expect(delay.seconds(100)).toBeCloseTo(0.5, 2)
  vi.advanceTimersByTime(LOOP_WINDOW_MS)
  sees(20)
  expect(delay.seconds(100)).toBeCloseTo(0.01, 3)
  delay.stop()
  expect(vi.getTimerCount()).toBe(0)
})

it('shows that the loop was blocked', async () => {
  const delay = createEventLoopDelay()
  delay.start()
  onTestFinished(() => delay.stop())
  const blocked = () => {
    const until = performance.now() + 200
    while (performance.now() < until);
    return delay.seconds(100)
  }
  // Nothing is measured before the monitor's first sample.
  await expect.poll(blocked, { timeout: 15_000 }).toBeGreaterThan(0.15)
})
