import { describe, expect, it } from 'vitest'
import type { CallAction, CallersPort } from '../../src/core/index.ts'
import { formatDivergence, play, replay } from '../../src/testing/index.ts'

const call: CallAction = { type: 'call', user: 'bob' }
const wait: Record<number, CallAction> = { 200_000: { type: 'close' } }

/** alice calls bob, whose port answers in this way. */
const callsWith = (callers: CallersPort) =>
  play({ alice: { does: { 30: call, ...wait } }, bob: { does: wait, callers } })

describe('a client with a port of callers', () => {
  it('lets an ignored caller hear it ring out, and shows nothing', () => {
    const { phases } = callsWith(() => ({ ring: 'ignore' }))
    expect(phases.bob).toEqual([])
    expect(phases.alice?.map(({ phase }) => phase)).toEqual([
      'calling:capturing',
      'calling:inviting',
      'calling:ringing',
      'ended:no-answer:local',
    ])
  })

  it('sounds to an ignored caller exactly as a phone that nobody answers', () => {
    const unanswered = play({
      alice: { does: { 30: call, ...wait } },
      bob: { does: wait, settings: { strangerRingMs: 120_000 } },
    })
    expect(callsWith(() => ({ ring: 'ignore' })).phases.alice).toEqual(unanswered.phases.alice)
  })

  it('takes the call of an ignored caller whom its own user calls', () => {
    const { phases } = play({
      alice: { does: { 30: call, ...wait } },
      bob: { does: { 2_000: { type: 'call', user: 'alice' }, ...wait }, callers: () => ({ ring: 'ignore' }) },
    })
    expect(phases.bob?.map(({ phase }) => phase)).toContain('connected')
    expect(phases.alice?.map(({ phase }) => phase)).toContain('connected')
  })

  it('is busy for whom the port says so', () => {
    expect(callsWith(() => ({ ring: 'busy' })).phases.alice?.at(-1)?.phase).toBe('ended:busy:remote')
  })

  it.each<[string, CallersPort]>([
    ['verdicts', () => ({ ring: 'ignore' })],
    [
      'a port that throws',
      () => {
        throw new Error('no list of friends')
      },
    ],
  ])('replays %s without asking again', (_, port) => {
    let asked = 0
    const { traces } = callsWith((...caller) => {
      asked++
      return port(...caller)
    })
    expect(asked).toBe(1)
    const { divergence } = replay(traces.bob ?? [])
    expect(divergence, formatDivergence(divergence)).toBeUndefined()
    expect(asked).toBe(1)
  })
})
