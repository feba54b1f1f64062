import { expect, it } from 'vitest'
import { createOnlineUsers } from '../../../server/users/online-users.ts'

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
