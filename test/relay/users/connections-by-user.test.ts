import { expect, it } from 'vitest'
import type { Party } from '../../../src/core/protocol/index.ts'
import { createConnectionsByUser } from '../../../server/users/connections-by-user.ts'
import { randomId } from '../support/relay-fixture.ts'

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
