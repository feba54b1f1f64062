import { cp, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import wrtc from '@roamhq/wrtc'
import * as rxjs from 'rxjs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import { openTestPeer, wire, type NewPort } from './support/test-peer.ts'

const require = createRequire(import.meta.url)

/** Loads RxJS again, from a copy of its package: the classes are others, as in a page that bundles two. */
async function otherRxjs(): Promise<typeof rxjs> {
  const folder = await mkdtemp(join(tmpdir(), 'rxjs-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const original = dirname(require.resolve('rxjs/package.json'))
  for (const part of ['package.json', 'dist/cjs'])
    await cp(join(original, part), join(folder, part), { recursive: true })
  return require(join(folder, 'dist/cjs/index.js')) as typeof rxjs
}

type Servers = readonly RTCIceServer[]
const servers: Servers = [{ urls: 'turn:127.0.0.1:1001', username: 'u', credential: 'p' }]

const ports: readonly (readonly [string, (iceServers: rxjs.Observable<Servers>) => NewPort])[] = [
  ['simple-peer', (iceServers) => (wrtc) => simplePeer({ wrtc, iceServers })],
  ['native', (iceServers) => (wrtc) => nativePeer({ wrtc, iceServers })],
]

describe.each(ports)('a %s peer beside another copy of RxJS', (_name, portWith) => {
  it('accepts ICE servers from an Observable of the other copy', async () => {
    const other = await otherRxjs()
    const server$ = new other.BehaviorSubject(servers)
    expect(server$).not.toBeInstanceOf(rxjs.Observable)
    const configurations: (RTCConfiguration | undefined)[] = []
    class Watched extends wrtc.RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        configurations.push(configuration)
      }
    }
    const newPort = portWith(server$)
    const offerer = openTestPeer(newPort, { role: 'offerer' }, { RTCPeerConnection: Watched })
    const answerer = openTestPeer(newPort, { role: 'answerer' }, { RTCPeerConnection: Watched })
    wire(offerer, answerer)
    wire(answerer, offerer)
    await Promise.all([offerer, answerer].map((peer) => peer.saw('data-open')))
    expect(configurations.map((configuration) => configuration?.iceServers)).toEqual([servers, servers])
  })

  it('accepts commands from a Subject of the other copy, and closes when that copy unsubscribes', async () => {
    const other = await otherRxjs()
    const port = portWith(other.of(servers))(wrtc)
    const command$ = new other.Subject<never>()
    const types: string[] = []
    const event$ = other.from(port.open({ role: 'offerer', stream: null }, command$))
    const subscription = event$.subscribe(({ type }) => types.push(type))
    expect(command$.observed).toBe(true)
    subscription.unsubscribe()
    expect(command$.observed).toBe(false)
  })
})
