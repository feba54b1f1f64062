import { expect, it } from 'vitest'
import { inShort } from '../../../src/testing/marble-difference/in-short.ts'

class Point {
  x = 1
}
const circular: Record<string, unknown> = { a: 1 }
circular.self = circular

it.each<[string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['"a \\"b\\""', 'a "b"'],
  ['5n', 5n],
  ['Symbol(s)', Symbol('s')],
  ['function inShort', inShort],
  ['{}', {}],
  ['[]', []],
  ['{ a: [1, { b: null }] }', { a: [1, { b: null }] }],
  ['Point { x: 1 }', new Point()],
  ['{}', Object.create(null)],
  ['Map [["a", 1]]', new Map([['a', 1]])],
  ['Set [1]', new Set([1])],
  ['Date 1970-01-01T00:00:00.000Z', new Date(0)],
  ['Invalid Date', new Date(NaN)],
  ['/a/g', /a/g],
  ['TypeError: no', new TypeError('no')],
  ['{ a: 1, self: { a: 1, self: { a: 1, self: { a: 1, self: … } } } }', circular],
  ['[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, …]', Array.from({ length: 1_000 }, () => 0)],
])('writes %s', (text, value) => {
  expect(inShort(value)).toBe(text)
})

it('cuts off what is too long', () => {
  expect(inShort('x'.repeat(1_000), 20)).toBe(`"${'x'.repeat(18)}…`)
})
