import { describe, expect, it } from 'vitest'
import { sameStructure } from '../../../src/testing/marble-difference/same-structure.ts'

class Point {
  x = 1
}
const circular = (end: number) => {
  const list: unknown[] = [end]
  list.push(list)
  return list
}

describe('sameStructure', () => {
  it.each<[string, unknown, unknown]>([
    ['NaN', NaN, NaN],
    ['nested objects', { a: [1, { b: null }] }, { a: [1, { b: null }] }],
    ['keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['instances of one class', new Point(), new Point()],
    ['errors', new TypeError('x'), new TypeError('x')],
    ['dates', new Date(5), new Date(5)],
    ['maps', new Map([['a', [1]]]), new Map([['a', [1]]])],
    ['sets', new Set([1, { a: 2 }]), new Set([1, { a: 2 }])],
    ['typed arrays', Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ['objects that contain themselves', circular(1), circular(1)],
    ['empty objects', {}, {}],
    ['empty arrays', [], []],
  ])('finds %s the same', (_, one, other) => {
    expect(sameStructure(one, other)).toBe(true)
  })

  it.each<[string, unknown, unknown]>([
    ['0 and -0', 0, -0],
    ['a number and its digits', 1, '1'],
    ['null and an object', null, {}],
    ['different depths', { a: [1, { b: 1 }] }, { a: [1, { b: 2 }] }],
    ['a key that is undefined and one that is missing', { a: undefined }, {}],
    ['different keys', { a: undefined }, { b: undefined }],
    ['an instance and a plain object', new Point(), { x: 1 }],
    ['an array and an object', [1], { 0: 1 }],
    ['errors with different messages', new Error('x'), new Error('y')],
    ['errors with different causes', new Error('x', { cause: 1 }), new Error('x', { cause: 2 })],
    ['dates', new Date(5), new Date(6)],
    ['patterns', /a/, /a/g],
    ['maps', new Map([['a', 1]]), new Map([['a', 2]])],
    ['sets', new Set([1]), new Set([1, 2])],
    ['typed arrays', Uint8Array.of(1, 2), Uint8Array.of(1, 3)],
    ['objects that contain themselves', circular(1), circular(2)],
    ['functions', () => 1, () => 1],
    ['objects that show no content', Promise.resolve(1), Promise.resolve(1)],
  ])('tells apart %s', (_, one, other) => {
    expect(sameStructure(one, other)).toBe(false)
  })
})
