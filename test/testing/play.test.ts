import { describe, expect, expectTypeOf, it } from 'vitest'
import type { CallAction } from '../../src/core/index.ts'
import { play, type PhaseName, type PlayOptions } from '../../src/testing/index.ts'

/** Bob's phases in a call that lasts from 0.1 s to 20 s, from the connection on, without their times. */
const phasesOfCall = (options: PlayOptions) => {
  const { phases } = play(
    {
      alice: {
        does: { 30: { type: 'call', user: 'bob' }, 20_000: { type: 'hang-up' }, 40_000: { type: 'close' } },
      },
      bob: { does: { 100: { type: 'accept' }, 40_000: { type: 'close' } } },
    },
    options,
  )
  const all = (phases.bob ?? []).map(({ phase }) => phase)
  return all.slice(all.indexOf('connected'))
}

describe('play', () => {
  it('returns each phase of a user with its time', () => {
    const { phases } = play({
      alice: { does: { 30: { type: 'call', user: 'bob' }, 200: { type: 'hang-up' } } },
      bob: { does: { 100: { type: 'decline' } } },
    })
    expect(phases).toEqual({
      alice: [
        { at: 30, phase: 'calling:capturing' },
        { at: 30, phase: 'calling:inviting' },
        { at: 50, phase: 'calling:ringing' },
        { at: 110, phase: 'ended:declined:remote' },
      ],
      bob: [
        { at: 40, phase: 'ringing' },
        { at: 100, phase: 'ended:declined:local' },
      ],
    })
  })

  it('types a phase as one of the names that exist', () => {
    expectTypeOf<'calling:ringing' | 'connected' | 'ended:hung-up:remote'>().toExtend<PhaseName>()
    expectTypeOf<'calling'>().not.toExtend<PhaseName>()
    expectTypeOf<'connected:local'>().not.toExtend<PhaseName>()
    expectTypeOf<'ended:hung-up'>().not.toExtend<PhaseName>()
  })

  it('lets a call be, where nothing is cut', () => {
    expect(phasesOfCall({})).toEqual(['connected', 'ended:hung-up:remote'])
  })

  it('cuts the paths between the peers for a while', () => {
    expect(phasesOfCall({ pathCuts: { 2_000: 8_000 } })).toEqual([
      'connected',
      'reconnecting',
      'connected',
      'ended:hung-up:remote',
    ])
  })

  it('shapes the paths from a time on, to one user or to all', () => {
    const measure: CallAction = { type: 'measure' }
    const does = { 2_000: measure, 3_000: measure, 4_000: measure, 5_000: { type: 'hang-up' } } as const
    const { steps } = play(
      {
        alice: { does: { 30: { type: 'call', user: 'bob' }, ...does } },
        bob: { does: { 100: { type: 'accept' }, ...does } },
      },
      { paths: { 1_500: { user: 'bob', delayMs: 100 }, 2_500: { loss: 1, user: 'alice' }, 3_500: {} } },
    )
    const statsOf = (user: string) =>
      (steps[user] ?? []).flatMap(({ event }) =>
        event.type === 'peer' && event.event.type === 'stats' ? [event.event.stats] : [],
      )
    expect(statsOf('alice').map(({ roundTripMs }) => roundTripMs)).toEqual([110, 110, 10])
    expect(statsOf('bob').map(({ roundTripMs }) => roundTripMs)).toEqual([110, 110, 10])
    const lost = (user: string) => statsOf(user).map(({ receiving }) => receiving.audio?.packetsLost)
    expect(lost('alice')).toEqual([0, 25, 50])
    expect(lost('bob')).toEqual([0, 0, 0])
  })

  it('takes the relay away for a while, which a call does not notice', () => {
    expect(phasesOfCall({ relayCuts: { 2_000: 4_000 } })).toEqual(['connected', 'ended:hung-up:remote'])
  })

  it('gives relay and peers the latencies that are asked for', () => {
    const since = (options: PlayOptions) => {
      const { phases } = play(
        {
          alice: { does: { 1_000: { type: 'call', user: 'bob' }, 9_000: { type: 'close' } } },
          bob: { does: { 2_000: { type: 'accept' }, 9_500: { type: 'close' } } },
        },
        options,
      )
      return phases.alice?.find(({ phase }) => phase === 'connected')?.at ?? NaN
    }
    expect(since({ latencyMs: 100 })).toBeGreaterThan(since({}) + 150)
    expect(since({ peerTimes: { connectMs: 500 } })).toBeGreaterThan(since({}) + 300)
  })
})
