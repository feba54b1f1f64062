import { describe, expect, it } from 'vitest'
import { timestampOf } from '../../../server/redis/name-record.ts'
import { createSyncTracker, type SyncTracker } from '../../../server/redis/sync-state.ts'

it('timestamps compare as the times do', () => {
  expect(timestampOf(9) < timestampOf(10)).toBe(true)
  expect(timestampOf(1_795_368_283_123)).toBe('1795368283123000')
})

describe('a node', () => {
  function tracked(wallClock = () => 0) {
    const clock = { ms: 0 }
    return {
      clock,
      ...withGetters(createSyncTracker(1000, () => clock.ms, wallClock)),
    }
  }
  const withGetters = (tracker: SyncTracker) => ({
    tracker,
    is: () => [tracker.synced && 'synced', tracker.recovering && 'recovering'].filter(Boolean),
  })

  it('is synced as soon as it joined a Redis that was there', () => {
    const { tracker, is } = tracked()
    expect(is()).toEqual([])
    tracker.joined()
    expect(is()).toEqual(['synced'])
    tracker.lost()
    expect(is()).toEqual(['synced'])
  })

  it('is synced a lease after Redis came, if Redis was away at the start', () => {
    const { clock, tracker, is } = tracked()
    tracker.lost()
    tracker.joined()
    expect(is()).toEqual(['recovering'])
    clock.ms = 999
    tracker.lost()
    clock.ms = 5000
    expect(is()).toEqual([])
    tracker.joined()
    clock.ms = 5999
    expect(is()).toEqual(['recovering'])
    clock.ms = 6000
    expect(is()).toEqual(['synced'])
  })

  it('is recovering for a lease after each absence of Redis', () => {
    const { clock, tracker, is } = tracked()
    tracker.joined()
    clock.ms = 5000
    tracker.lost()
    tracker.joined()
    expect(is()).toEqual(['synced', 'recovering'])
    clock.ms = 6000
    expect(is()).toEqual(['synced'])
  })

  it.each([
    ['that is behind', 0, 1000],
    ['that agrees', 1013, 1013],
    ['that is ahead', 9000, 1020],
  ])('tells the time by the clock of Redis, with a clock of the host %s', (_, host, now) => {
    const { clock, tracker } = tracked(() => host)
    clock.ms = 30
    // Asked 20 ms before the answer came.
    tracker.clockRead(timestampOf(1000), 10)
    expect(tracker.now()).toBe(timestampOf(now))
    clock.ms = 37
    expect(tracker.now()).toBe(timestampOf(now + 7))
  })
})
