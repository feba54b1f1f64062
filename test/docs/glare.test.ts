import { play } from 'rxcall/testing'
import { expect, it } from 'vitest'

it('turns two crossing calls into one, and keeps the open camera', () => {
  const { steps, media } = play({
    alice: { does: { 30: { type: 'call', user: 'bob' } }, idsFrom: 1 },
    bob: { does: { 30: { type: 'call', user: 'alice' } }, idsFrom: 2 },
  })
  const [alice, bob] = ['alice', 'bob'].map((user) => steps[user]?.at(-1)?.state.call)
  expect(alice).toMatchObject({ phase: 'connected', role: 'caller' })
  expect(bob).toMatchObject({ phase: 'connected', role: 'callee' })
  expect(alice && 'callId' in alice && alice.callId).toBe(bob && 'callId' in bob && bob.callId)
  expect(media.bob?.captured).toHaveLength(1)
})
