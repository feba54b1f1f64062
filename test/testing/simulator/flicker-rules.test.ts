import { describe, expect, it } from 'vitest'
import { CallError } from '../../../src/core/index.ts'
import { connected, nothingNew, online, opened, unlinked } from './support/call-events.ts'
import { watched } from './support/watched.ts'

const reconnecting = { ...connected, phase: 'reconnecting' } as const
const recovery = { problem: 'disconnected', step: 'wait', attempt: 1, until: 3_000 } as const
const broken = new CallError('connection-failed', 'cut')

function world(happyPath: boolean) {
  const world = watched({ happyPath, settles: false })
  world.alice.sees(nothingNew, connected, online)
  return world
}

describe('interruptions-do-not-flicker', () => {
  it.each([
    ['a phase', reconnecting, null],
    ['a recovery', connected, recovery],
  ] as const)('reports %s that is over within a second when there are no faults', (_, call, recovery) => {
    const { alice, at, broken } = world(true)
    alice.sees(nothingNew, call, { recovery })
    at(999)
    alice.sees(nothingNew, connected, { recovery: null })
    expect(broken()).toContain('interruptions-do-not-flicker: showed an interruption for 999 ms')
  })

  it('accepts an interruption of a second, and a shorter one under faults', () => {
    for (const [happyPath, ms] of [
      [true, 1_000],
      [false, 1],
    ] as const) {
      const { alice, at, broken } = world(happyPath)
      alice.sees(nothingNew, reconnecting, { recovery })
      at(ms)
      alice.sees(nothingNew, connected, { recovery: null })
      expect(broken()).toBeUndefined()
    }
  })

  it('reports an interruption within a second of an orderly close, also under faults', () => {
    const { alice, at, broken } = world(false)
    alice.sees(unlinked(0))
    at(999)
    alice.sees(nothingNew, reconnecting)
    expect(broken()).toContain(
      'interruptions-do-not-flicker: shows an interruption 999 ms after the other side closed',
    )
  })

  it.each([
    ['after a second', () => [unlinked(0)], 1_000],
    ['after another connection was opened', () => [unlinked(0), opened(1)], 1],
    ['after one that broke', () => [unlinked(0, broken)], 0],
  ] as const)('accepts an interruption %s', (_, events, ms) => {
    const { alice, at, broken } = world(false)
    for (const event of events()) alice.sees(event)
    at(ms)
    alice.sees(nothingNew, reconnecting)
    expect(broken()).toBeUndefined()
  })

  it('accepts an interruption that was shown before the orderly close', () => {
    const { alice, broken } = world(false)
    alice.sees(nothingNew, connected, { recovery })
    alice.sees(unlinked(0))
    alice.sees(nothingNew, reconnecting, { recovery })
    expect(broken()).toBeUndefined()
  })
})
