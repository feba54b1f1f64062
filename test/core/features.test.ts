import { concatMap, filter, map, merge } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { isOpen } from '../../src/core/index.ts'
import { mediaStatus } from '../../src/core/stages/index.ts'
import type { CallAction, CallStep, Feature } from '../../src/core/index.ts'
import type { StageOutput } from '../../src/core/stages/index.ts'
import { formatDivergence, play, replay, type Role } from '../../src/testing/index.ts'

const call = (user: string): CallAction => ({ type: 'call', user })
const accept: CallAction = { type: 'accept' }
const hangUp: CallAction = { type: 'hang-up' }

const captions: Feature = { id: 'captions' }
const reactions: Feature = { id: 'reactions' }
const parking: Feature = { id: 'parking', usesRelay: true }

/** The features in use while the call is connected. */
const usedBy = (steps: readonly CallStep[] = []) => {
  const call = steps.findLast(({ state }) => state.call.phase === 'connected')?.state.call
  if (!call || !isOpen(call)) throw new Error('the call was never connected')
  return call.features
}

/** The bodies of the messages in which a side names features. */
const naming = (steps: readonly CallStep[] = []) =>
  steps.flatMap(({ event }) =>
    event.type === 'send' && (event.message.type === 'invite' || event.message.type === 'ringing')
      ? [event.message.body]
      : [],
  )

const rows: [string, Feature[], Feature[], string[] | undefined][] = [
  [
    'both sides have the same features',
    [captions, reactions],
    [captions, reactions],
    ['captions', 'reactions'],
  ],
  ['each side has one of its own', [captions, reactions], [reactions, { id: 'holograms' }], ['reactions']],
  ['the other side has no features', [captions], [], undefined],
  ['the other side has unknown ones', [captions], [{ id: 'holograms' }], undefined],
  ['neither side has features', [], [], undefined],
]

describe('a call uses what both sides name', () => {
  it.each(rows)('if %s', (_, ours, theirs, used) => {
    for (const [alices, bobs] of [
      [ours, theirs],
      [theirs, ours],
    ]) {
      const { steps } = play({
        alice: { features: alices ?? [], does: { 30: call('bob'), 150: hangUp } },
        bob: { features: bobs ?? [], does: { 60: accept } },
      })
      for (const side of [steps.alice, steps.bob])
        expect([...(usedBy(side) ?? [])].sort()).toEqual(used ?? [])
      expect(steps.alice?.at(-1)?.state.call).toMatchObject({ phase: 'ended', reason: 'hung-up' })
    }
  })

  it('with the device that answers, whatever its others know', () => {
    const { steps } = play({
      alice: { features: [captions, reactions], does: { 30: call('bob'), 150: hangUp } },
      bob: { features: [captions, reactions] },
    })
    const alerting = steps.alice?.findLast(({ state }) => state.call.phase === 'calling')?.state.call
    const party = steps.alice?.flatMap(({ event }) =>
      event.type === 'remote-ringing' ? [event.remote.party] : [],
    )[0]
    expect(alerting).toMatchObject({ contactFeatures: { [String(party)]: ['captions', 'reactions'] } })
    expect(alerting).not.toHaveProperty('features')
  })

  it('after glare, on both sides alike', () => {
    for (const idsFrom of [1, 999]) {
      const { steps, phases } = play({
        alice: { features: [captions, reactions], idsFrom, does: { 30: call('bob'), 300: hangUp } },
        bob: { features: [reactions], idsFrom: 500, does: { 32: call('alice') } },
      })
      expect(phases.alice?.map(({ phase }) => phase)).toContain('connected')
      expect(usedBy(steps.alice)).toEqual(['reactions'])
      expect(usedBy(steps.bob)).toEqual(['reactions'])
    }
  })

  it('and the relay, if it takes part', () => {
    const roles = (): Record<string, Role> => ({
      alice: { features: [captions, parking], does: { 30: call('bob'), 150: hangUp } },
      bob: { features: [captions, parking], does: { 60: accept } },
    })
    const plain = play(roles())
    expect([usedBy(plain.steps.alice), usedBy(plain.steps.bob)]).toEqual([['captions'], ['captions']])
    expect(naming(plain.steps.alice)[0]).toMatchObject({ features: ['captions'] })
    const able = play(roles(), { features: ['parking', 'holograms'] })
    for (const side of [able.steps.alice, able.steps.bob])
      expect(usedBy(side)).toEqual(['captions', 'parking'])
    expect(able.steps.alice?.at(-1)?.state.connection).toMatchObject({ features: ['parking', 'holograms'] })
  })
})

it('a message of an unknown type on the data channel is counted, in the state and in the recording', () => {
  const reaction = JSON.stringify({ type: 'reaction', emoji: '+1' })
  const { steps, traces } = play({
    alice: {
      features: [captions],
      // A later version of the library, which sends what Bob's does not know.
      stages: {
        mediaStatus: (sources) =>
          merge(
            mediaStatus(sources),
            sources.peer$.pipe(
              filter(({ type }) => type === 'data-open'),
              concatMap(() => [reaction, reaction]),
              map((data): StageOutput => ({ type: 'command', command: { type: 'send', data } })),
            ),
          ),
      },
      does: { 30: call('bob'), 150: hangUp },
    },
    bob: { does: { 60: accept } },
  })
  expect(steps.bob?.at(-1)?.state).toMatchObject({ ignoredData: 2, call: { reason: 'hung-up' } })
  expect(steps.bob?.filter(({ event }) => event.type === 'error')).toEqual([])
  expect(steps.alice?.at(-1)?.state.ignoredData).toBe(0)
  const counts = traces.bob?.flatMap((entry) =>
    entry.type === 'state' && entry.state.ignoredData !== undefined ? [entry.state.ignoredData] : [],
  )
  expect(counts).toEqual([1, 2])
  expect(replay(traces.bob ?? []).divergence).toBeUndefined()
})

it('clients of this version use reports of quality', () => {
  const { steps } = play({
    alice: { does: { 30: call('bob'), 150: hangUp } },
    bob: { does: { 60: accept } },
  })
  for (const each of [steps.alice, steps.bob])
    expect(each?.at(-1)?.state.call).toMatchObject({ features: ['quality'] })
})

it('a client without features sends the bytes of plain version 1', () => {
  const { steps } = play(
    {
      alice: { features: [], does: { 30: call('bob'), 150: hangUp } },
      bob: { features: [captions], does: { 60: accept } },
    },
    { features: ['parking'] },
  )
  expect(naming(steps.alice)).toEqual([{ media: { audio: true, video: true } }])
  expect(naming(steps.bob)).toEqual([{}])
  for (const { state } of [...(steps.alice ?? []), ...(steps.bob ?? [])])
    expect(state.call).not.toHaveProperty('features')
})

it('a recording keeps what the client knew, what the relay named and what the sides named', () => {
  const { traces } = play(
    {
      alice: { features: [captions, parking], does: { 30: call('bob'), 150: hangUp } },
      bob: { features: [parking], does: { 60: accept } },
    },
    { features: ['parking'] },
  )
  for (const trace of Object.values(traces)) {
    const { divergence } = replay(trace.map((entry) => JSON.stringify(entry)).join('\n'))
    expect(divergence, formatDivergence(divergence)).toBeUndefined()
  }
  expect(traces.alice?.[0]).toMatchObject({ features: [captions, parking] })
  expect(traces.bob?.some((entry) => entry.type === 'state' && entry.state.call?.phase === 'connected')).toBe(
    true,
  )
})
