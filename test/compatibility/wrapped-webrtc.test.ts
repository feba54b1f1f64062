import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { describe } from 'vitest'
import { test, type User } from '../browser/support/browser-test.ts'
import { connect, hears, nothingLeft, sees, write } from '../browser/support/steps.ts'

const adapterJs = createRequire(import.meta.url).resolve('webrtc-adapter/out/adapter.js')

/** What runs in a page before its own scripts, by name. Each uses nothing from around it. */
const scripts: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'adapter.js': (page) => page.addInitScript({ path: adapterJs }),

  'a function that returns the original, with its prototype': (page) =>
    page.addInitScript(() => {
      const Original = RTCPeerConnection
      function Wrapped(configuration?: RTCConfiguration) {
        return new Original(configuration)
      }
      Wrapped.prototype = Original.prototype
      globalThis.RTCPeerConnection = Wrapped as unknown as typeof RTCPeerConnection
    }),

  'adapter.js over such a function': async (page) => {
    await page.addInitScript(() => {
      const Original = RTCPeerConnection
      function Wrapped(configuration?: RTCConfiguration) {
        return new Original(configuration)
      }
      Wrapped.prototype = Original.prototype
      globalThis.RTCPeerConnection = Wrapped as unknown as typeof RTCPeerConnection
    })
    await page.addInitScript({ path: adapterJs })
  },

  'a class that extends the original': (page) =>
    page.addInitScript(() => {
      globalThis.RTCPeerConnection = class extends RTCPeerConnection {}
    }),

  'a proxy of the class, whose objects are proxies': (page) =>
    page.addInitScript(() => {
      globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
        construct(Original, [configuration]: [RTCConfiguration?]) {
          const connection = new Original(configuration)
          return new Proxy({} as RTCPeerConnection, {
            get(_target, name): unknown {
              const value: unknown = Reflect.get(connection, name)
              return typeof value === 'function' ? value.bind(connection) : value
            },
            has: (_target, name) => name in connection,
            set: (_target, name, value) => Reflect.set(connection, name, value),
          })
        },
      })
    }),

  'wrappers of everything else, and no classes of descriptions and candidates': (page) =>
    page.addInitScript(() => {
      const { mediaDevices } = navigator
      const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = (constraints) => getUserMedia(constraints).then((stream) => stream)
      const OriginalStream = MediaStream
      function WrappedStream(...given: []) {
        return new OriginalStream(...given)
      }
      globalThis.MediaStream = WrappedStream as unknown as typeof MediaStream
      Reflect.deleteProperty(globalThis, 'RTCSessionDescription')
      Reflect.deleteProperty(globalThis, 'RTCIceCandidate')
    }),

  'the class of an iframe, which is of another realm': (page) =>
    page.addInitScript(() => {
      if (window !== window.top) return
      function Foreign(configuration?: RTCConfiguration) {
        const frame = document.createElement('iframe')
        frame.hidden = true
        document.body.append(frame)
        const realm = frame.contentWindow as (Window & typeof globalThis) | null
        if (!realm || realm.RTCPeerConnection === RTCPeerConnection)
          throw new Error('there is no other realm')
        const connection = new realm.RTCPeerConnection(configuration)
        probe.connections.push(connection)
        return connection
      }
      globalThis.RTCPeerConnection = Foreign as unknown as typeof RTCPeerConnection
    }),
}

/** Has `caller` call `callee`, who hangs up once everything has gone both ways. */
async function goesBothWays(caller: User, callee: User): Promise<void> {
  await connect(caller, callee)
  await Promise.all([sees(caller), sees(callee), hears(caller), hears(callee)])
  await write(caller, callee, `from ${caller.name}, who called`)
  await write(callee, caller, `from ${callee.name}, who was called`)
  await callee.press('Hang up')
  await Promise.all([
    caller.status(`Call ended: ${callee.name} hung up`),
    callee.status('Call ended: you hung up'),
  ])
  await Promise.all([nothingLeft(caller), nothingLeft(callee)])
}

describe('simple-peer and native call each other, and everything goes both ways, in pages with', () => {
  test.for(Object.entries(scripts))('%s', async ([, prepare], { join }) => {
    const alice = await join('alice', { path: '/?name=alice&peer=simple-peer', prepare })
    const bob = await join('bob', { path: '/?name=bob&peer=native', prepare })
    await goesBothWays(alice, bob)
    await goesBothWays(bob, alice)
  })
})
