import { play, replay, toMarbles, toTest } from 'rxcall/testing'
import { expect, it } from 'vitest'

const { traces } = play({
  alice: { does: { 30: { type: 'call', user: 'bob' }, 200: { type: 'hang-up' } } },
  bob: { does: { 100: { type: 'accept' } } },
})
const trace = traces.alice ?? []

it('replays a recording without divergence', () => {
  expect(replay(trace).divergence).toBeUndefined()
})

it('reports where the core behaves differently', () => {
  const other = trace.map((entry) =>
    entry.type === 'message-sent' && entry.message.type === 'invite'
      ? { ...entry, message: { ...entry.message, ttlMs: 1 } }
      : entry,
  )
  expect(replay(other).divergence?.actual).toMatchObject({ type: 'message-sent' })
})

it('is drawn as marbles, and becomes a test', () => {
  expect(toMarbles([trace, traces.bob ?? []])).toContain('alice')
  expect(toTest(trace)).toContain('replay(')
})
