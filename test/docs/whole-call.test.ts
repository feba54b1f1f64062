import { play } from 'rxcall/testing'
import { expect, it } from 'vitest'

it('rings, connects and ends on both sides', () => {
  const { phases, openPeers } = play({
    alice: { does: { 30: { type: 'call', user: 'bob' }, 200: { type: 'hang-up' } } },
    bob: { does: { 100: { type: 'accept' } } },
  })
  expect(phases.alice?.map(({ phase }) => phase)).toEqual([
    'calling:capturing',
    'calling:inviting',
    'calling:ringing',
    'connecting',
    'connected',
    'ended:hung-up:local',
  ])
  expect(phases.bob?.at(-1)?.phase).toBe('ended:hung-up:remote')
  expect(openPeers).toBe(0)
})

it('gives up when every answer is lost', () => {
  const { phases } = play(
    { alice: { does: { 30: { type: 'call', user: 'bob' } } }, bob: { does: { 100: { type: 'accept' } } } },
    { disturb: (message) => (message.type === 'answer' ? [] : [0]) },
  )
  expect(phases.alice?.at(-1)?.phase).toBe('ended:failed:local')
})
