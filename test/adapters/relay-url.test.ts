import { expect, it } from 'vitest'
import { relayUrl, unreachableAdvice } from '../../src/adapters/socket-io/relay-url.ts'

const page = (origin: string) => {
  const { protocol, host } = new URL(origin)
  return { protocol, host, origin: protocol === 'file:' ? 'null' : origin }
}
const web = page('http://localhost:5173')

it.each([
  ['https://relay.example', undefined, 'https://relay.example/'],
  ['https://relay.example/', web, 'https://relay.example/'],
  ['https://relay.example/?node=1', web, 'https://relay.example/?node=1'],
  ['wss://relay.example:8443', web, 'wss://relay.example:8443/'],
  ['relay.example:3000', undefined, 'https://relay.example:3000/'],
  ['relay.example:3000', web, 'http://relay.example:3000/'],
  ['//relay.example', web, 'http://relay.example/'],
  ['/', web, 'http://localhost:5173/'],
  [undefined, web, 'http://localhost:5173/'],
])('the relay of %j is at %j', (url, on, expected) => {
  expect(relayUrl(url, on).href).toBe(expected)
})

it.each([
  ['https://host.example/calls', web, 'https://host.example', '/calls/socket.io'],
  ['https://host.example/calls/', undefined, 'https://host.example', '/calls/socket.io'],
  ['https://host.example/a/b?x', undefined, 'https://host.example', '/a/b/socket.io'],
  ['https://host.example/socket.io/', undefined, 'https://host.example', '/socket.io'],
  ['/calls', web, 'http://localhost:5173', '/calls/socket.io'],
])('a path is refused with the options to pass instead: %j', (url, on, origin, path) => {
  expect(() => relayUrl(url, on)).toThrow(`pass url: '${origin}' and path: '${path}'`)
})

it.each([
  [undefined, undefined, /pass the url of the relay/],
  [undefined, page('capacitor://localhost'), /pass the url of the relay/],
  [undefined, page('file:///demo/index.html'), /pass the url of the relay/],
  ['', undefined, /not the URL of a relay/],
  ['/calls', undefined, /pass the url of the relay/],
  ['http://', web, /^socketIoSignaling: http:\/\/ is not the URL of a relay/],
  ['https://relay.example:99999', web, /not the URL of a relay/],
])('%j is refused on %j', (url, on, message) => {
  expect(() => relayUrl(url, on)).toThrow(TypeError)
  expect(() => relayUrl(url, on)).toThrow(message)
})

it.each([
  [
    'http://localhost:3000',
    web,
    /lets in pages of http:\/\/localhost:5173; .*--origin http:\/\/localhost:5173 allows/,
  ],
  [
    'ws://localhost:5173',
    web,
    /runs at http:\/\/localhost:5173; if it refused the connection, its log says why$/,
  ],
  ['https://relay.example', undefined, /runs at https:\/\/relay.example; if it refused/],
  ['https://relay.example', page('capacitor://localhost'), /--origin capacitor:\/\/localhost allows/],
  ['https://relay.example', page('file:///index.html'), /refuses pages that are local files/],
])('the advice about %s', (url, on, expected) => {
  expect(unreachableAdvice(new URL(url), on)).toMatch(expected)
})
