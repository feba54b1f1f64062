import { runScene } from 'rxcall/testing'
import { expect, it } from 'vitest'

it('sends the answer again if the network loses it', () => {
  const user = { clockMs: 0, answers: [], captures: [], peer: 'native' } as const
  const { violation, clients, messages } = runScene({
    title: 'The answer is lost',
    scenario: {
      seed: 1,
      clients: [
        { user: 'alice', ...user },
        { user: 'bob', ...user },
      ],
      timeline: [
        { at: 100, client: 0, action: { type: 'call', user: 'bob' } },
        { at: 1_100, client: 1, action: { type: 'accept' } },
      ],
      settles: true,
    },
    messages: [{ from: 1, to: 0, type: 'answer', nth: 1, does: 'lose' }],
  })
  expect(violation, violation?.message).toBeUndefined()
  expect(messages.filter(({ type }) => type === 'answer')).toMatchObject([
    { nth: 1, arrivesAt: [] },
    { nth: 2, arrivesAt: [2_130] },
  ])
  expect(clients[0]?.phases.at(-1)).toEqual({ at: 2_141, phase: 'connected' })
})
