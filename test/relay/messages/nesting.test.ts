import { expect, it } from 'vitest'
import { isDeeperThan } from '../../../server/messages/nesting.ts'

it('measures the depth of a message without recursion', () => {
  const deep = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown
  expect(isDeeperThan(deep(32), 32)).toBe(false)
  expect(isDeeperThan(deep(33), 32)).toBe(true)
  expect(isDeeperThan(deep(1_000_000), 32)).toBe(true)
  expect(isDeeperThan({ a: 'x', b: [Buffer.alloc(10_000), { c: null }] }, 3)).toBe(false)
  expect(isDeeperThan({ a: 'x', b: [Buffer.alloc(10_000), { c: null }] }, 2)).toBe(true)
  for (const flat of [null, 7, 'x', undefined, true]) expect(isDeeperThan(flat, 0)).toBe(false)
})
