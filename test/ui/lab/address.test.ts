import { expect, it } from 'vitest'
import { readAddress, watchAddress, writeAddress } from '../../../src/ui/lab/model/address.ts'

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
