import { expect, it } from 'vitest'
import type { Party } from '../../../src/core/protocol/index.ts'
import { createConnectionsByUser } from '../../../server/users/connections-by-user.ts'
import { createOnlineUsers } from '../../../server/users/online-users.ts'
import { connect, expectOnlyMessage, randomId, startRelay } from '../support/relay-fixture.ts'

it('welcomes a client first, then tells who else is there, then who comes and goes', async () => {
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

it('counts the connections of a user', () => {
  const roster = createOnlineUsers()
  expect(roster.remove('alice')).toBe(false)
  expect(roster.add('alice')).toBe(true)
  expect(roster.add('alice')).toBe(false)
  expect(roster.users()).toEqual(['alice'])
  expect(roster.remove('alice')).toBe(false)
  expect(roster.size).toBe(1)
  expect(roster.remove('alice')).toBe(true)
  expect(roster.users()).toEqual([])
  expect(roster.size).toBe(0)
})

it('finds the connections of a party, or of all parties of a user', () => {
  const [phone, laptop] = ['alice', 'alice'].map((user) => ({ user, party: randomId() })) as [Party, Party]
  const addresses = createConnectionsByUser<string>()
  addresses.add(phone, 'a')
  addresses.add(laptop, 'b')
  addresses.add(phone, 'c')
  addresses.add({ user: 'mallory', party: phone.party }, 'd')
  expect(addresses.find({ user: 'alice' })).toEqual(['a', 'b', 'c'])
  expect(addresses.find(phone)).toEqual(['a', 'c'])
  expect(addresses.find({ user: 'alice', party: randomId() })).toEqual([])
  expect(addresses.find({ user: 'Alice' })).toEqual([])
  expect(addresses.remove(phone, 'a')).toBe(true)
  expect(addresses.remove(phone, 'a')).toBe(false)
  expect(addresses.find(phone)).toEqual(['c'])
})
