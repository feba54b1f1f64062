import { expect, it } from 'vitest'
import { codeIn, readAddress, watchAddress, writeAddress } from '../../../src/ui/lab/model/address.ts'

it('begins with the first scene if there is no fragment', () => {
  expect(readAddress('')).toEqual({ shows: 'start' })
  expect(readAddress('#')).toEqual({ shows: 'start' })
})

it.each([[undefined], ['no-glare']])('reads a scene that it wrote, with the bug %s', (bug) => {
  expect(readAddress(writeAddress('abc-_1', bug))).toEqual({ shows: 'scene', fragment: 'abc-_1', bug })
})

it('watches the codes that are named', () => {
  expect(readAddress(watchAddress(['one', 'two']))).toEqual({ shows: 'watch', codes: ['one', 'two'] })
  expect(readAddress('#watch=')).toEqual({ shows: 'watch', codes: [] })
})

it('finds the code in a link, and none in other text', () => {
  const code = '0123456789abcdef'.repeat(2)
  expect(codeIn(` ${code.toUpperCase()} `)).toBe(code)
  expect(codeIn(`http://localhost:3000/lab/#watch=${code}`)).toBe(code)
  expect(codeIn(`${code}0`)).toBeUndefined()
  expect(codeIn('bob')).toBeUndefined()
})

it('shows the excerpt of a failed replay', () => {
  expect(readAddress('#excerpt=abc')).toEqual({ shows: 'excerpt', fragment: 'excerpt=abc' })
})
