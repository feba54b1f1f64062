import { expect, it } from 'vitest'
import { linkForOthers, relayPath } from '../../src/ui/page-url.ts'

it('makes a link to the page without the name of its user and its faults', () => {
  const url = new URL('https://calls.example/demo/?name=alice&ice=stun%3Aa&faults#top')
  expect(linkForOthers(url)).toBe('https://calls.example/demo/?ice=stun%3Aa')
  expect(linkForOthers(new URL('https://calls.example/'))).toBe('https://calls.example/')
})

it.each([
  ['https://calls.example/', '/socket.io'],
  ['https://calls.example/?name=alice#top', '/socket.io'],
  ['https://calls.example/index.html', '/socket.io'],
  ['https://calls.example/calls/', '/calls/socket.io'],
  ['https://calls.example/calls/index.html?name=alice', '/calls/socket.io'],
  ['https://calls.example/a/b/', '/a/b/socket.io'],
])('the page at %s asks its relay at %s', (url, path) => {
  expect(relayPath(new URL(url))).toBe(path)
})
