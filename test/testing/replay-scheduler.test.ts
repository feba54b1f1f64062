import { expect, it, vi } from 'vitest'
import { awakeTimer } from '../../src/core/rx/awake-timer.ts'
import { replayScheduler } from '../../src/testing/replay/replay-scheduler.ts'

it('does not run a repeating timer that is over or cancelled', () => {
  const scheduler = replayScheduler()
  const next = vi.fn()
  awakeTimer(2_000, scheduler).subscribe(next)
  expect([scheduler.run(1), scheduler.run(1), scheduler.run(1)]).toEqual([true, true, false])
  expect(next).toHaveBeenCalledTimes(1)

  awakeTimer(2_000, scheduler).subscribe(next).unsubscribe()
  expect([scheduler.run(2), scheduler.run(3)]).toEqual([false, false])
  expect(next).toHaveBeenCalledTimes(1)
})
