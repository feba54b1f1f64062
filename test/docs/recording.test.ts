import { play, replay, toMarbles, toTest } from 'rxcall/testing'
import { expect, it } from 'vitest'

const { traces } = play({
  alice: { does: { 30: { type: 'call', user: 'bob' }, 200: { type: 'hang-up' } } },
  bob: { does: { 100: { type: 'accept' } } },
})
const trace = traces.alice ?? []

it('does again what was recorded', () => {
  expect(replay(trace).divergence).toBeUndefined()
})

it('notices where the core does otherwise', () => {
  const other = trace.map((entry) =>
    entry.type === 'message-sent' && entry.message.type === 'invite'
      ? { ...entry, message: { ...entry.message, ttlMs: 1 } }
      : entry,
  )
  expect(replay(other).divergence?.actual).toMatchObject({ type: 'message-sent' })
})

it('can be drawn, and becomes a test', () => {
  expect(toMarbles([trace, traces.bob ?? []])).toContain('alice')
  expect(toTest(trace)).toContain('replay(')
})
