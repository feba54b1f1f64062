import { expect, it } from 'vitest'
import { connect, expectOnlyMessage, startRelay } from '../support/relay-fixture.ts'

it('sends the welcome first, then the roster, then its changes', async () => {
  const { url } = await startRelay()
  const alice = await connect(url, 'alice')
  const bob = await connect(url, 'bob')
  const carol = await connect(url, 'carol')
  await bob.saw(([, change]) => (change as { user?: string }).user === 'carol')
  bob.socket.disconnect()
  const bobLeft = ['roster', { type: 'left', user: 'bob' }]
  await alice.saw(([event, change]) => event === 'roster' && (change as { type: string }).type === 'left')
  await carol.saw(([event, change]) => event === 'roster' && (change as { type: string }).type === 'left')

  expect(alice.seen).toEqual([
    ['welcome', alice.self],
    ['roster', { type: 'all', users: [] }],
    ['roster', { type: 'joined', user: 'bob' }],
    ['roster', { type: 'joined', user: 'carol' }],
    bobLeft,
  ])
  expect(bob.seen).toEqual([
    ['welcome', bob.self],
    ['roster', { type: 'all', users: ['alice'] }],
    ['roster', { type: 'joined', user: 'carol' }],
  ])
  expect(carol.seen).toEqual([
    ['welcome', carol.self],
    ['roster', { type: 'all', users: ['alice', 'bob'] }],
    bobLeft,
  ])
})

it('is the same over long polling', async () => {
  const { url } = await startRelay()
  const alice = await connect(url, 'alice', { transports: ['polling'] })
  const bob = await connect(url, 'bob', { transports: ['polling', 'websocket'] })
  await expectOnlyMessage(alice, bob)
  await expectOnlyMessage(bob, alice)
  expect(alice.seen.slice(0, 3)).toEqual([
    ['welcome', alice.self],
    ['roster', { type: 'all', users: [] }],
    ['roster', { type: 'joined', user: 'bob' }],
  ])
})
