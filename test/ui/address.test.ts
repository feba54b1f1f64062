import { expect, it } from 'vitest'
import { linkForOthers } from '../../src/ui/address.ts'

it('gives others the address of the page, without the name of whoever is here', () => {
  const url = new URL('https://calls.example/demo/?name=alice&ice=stun%3Aa#top')
  expect(linkForOthers(url)).toBe('https://calls.example/demo/?ice=stun%3Aa')
  expect(linkForOthers(new URL('https://calls.example/'))).toBe('https://calls.example/')
})
