import { expect, it } from 'vitest'
import { stack } from '../../../src/ui/lab/model/stack.ts'

it('puts items that overlap on different lines, and others on the first one', () => {
  const items = [
    { x: 0, width: 50 },
    { x: 40, width: 50 },
    { x: 60, width: 10 },
    { x: 90, width: 10 },
  ]
  expect(stack(items)).toEqual([0, 1, 0, 0])
})

it('returns the lines in the order of the items', () => {
  const items = [
    { x: 40, width: 50 },
    { x: 0, width: 50 },
  ]
  expect(stack(items)).toEqual([1, 0])
})
