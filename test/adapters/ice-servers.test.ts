import wrtc from '@roamhq/wrtc'
import { BehaviorSubject, EMPTY, Subject, throwError, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import type { PeerOptions } from '../../src/core/ports/index.ts'
import { openTestPeer, wire, type TestPeer } from './support/test-peer.ts'

type Servers = readonly RTCIceServer[]

const turn = (port: number): RTCIceServer => ({
  urls: [`turn:127.0.0.1:${port}`],
  username: 'u',
  credential: 'p',
})
const portsIn = (config: RTCConfiguration | undefined) =>
  config?.iceServers?.map(({ urls }) => [urls].flat().join().split(':').at(-1))

const messages = (peer: TestPeer) => peer.all('error').map(({ error }) => String(error))

const ports = { 'simple-peer': simplePeer, native: nativePeer }

describe.each(Object.entries(ports))('the ICE servers of %s', (_, newPort) => {
  /** A peer with these ICE servers, and every configuration that its connection was given, the first one included. */
  function open(iceServers: Servers | Observable<Servers>, options: Partial<PeerOptions> = {}) {
    const { open, ...rest } = opener(iceServers)
    return { peer: open(options), ...rest }
  }

  /** Opens several peers of one port. */
  function opener(iceServers: Servers | Observable<Servers>) {
    const configs: RTCConfiguration[] = []
    let added = 0
    class Configured extends wrtc.RTCPeerConnection {
      constructor(config: RTCConfiguration = {}) {
        super(config)
        configs.push(config)
      }
      override addIceCandidate(candidate?: RTCIceCandidateInit | null) {
        added++
        return super.addIceCandidate(candidate)
      }
      override setConfiguration(config: RTCConfiguration = {}) {
        configs.push(config)
        super.setConfiguration(config)
      }
    }
    const port = newPort({ wrtc: { ...wrtc, RTCPeerConnection: Configured }, iceServers })
    return {
      open: (options: Partial<PeerOptions> = {}) => openTestPeer(() => port, options),
      configs,
      ports: () => configs.map(portsIn),
      added: () => added,
    }
  }

  it('are those of the list', () => {
    expect(open([turn(1001), turn(1002)]).ports()).toEqual([['1001', '1002']])
    expect(open([]).ports()).toEqual([[]])
  })

  it('are the latest of a stream when the connection opens', () => {
    const server$ = new BehaviorSubject<Servers>([turn(1001)])
    server$.next([turn(1002)])
    expect(open(server$).ports()).toEqual([['1002']])
  })

  it('delay the connection, whose commands wait meanwhile', async () => {
    const server$ = new Subject<Servers>()
    const answerer = open(server$, { role: 'answerer' })
    const { peer: offerer } = open([])
    wire(offerer, answerer.peer)
    wire(answerer.peer, offerer)
    await offerer.saw('candidate', ({ candidate }) => candidate === null)
    expect(answerer.configs).toEqual([])
    server$.next([turn(1001)])
    await Promise.all([offerer.saw('data-open'), answerer.peer.saw('data-open')])
    expect(answerer.ports()).toEqual([['1001']])
  })

  it('delay at most 256 candidates, and still leave room for the offer', async () => {
    const server$ = new Subject<Servers>()
    const answerer = open(server$, { role: 'answerer' })
    const { peer: offerer } = open([])
    const { description } = await offerer.saw('description')
    const candidate = { candidate: 'candidate:1 1 udp 2122260223 127.0.0.1 9 typ host', sdpMid: '0' }
    for (let n = 0; n < 1000; n++) answerer.peer.command$.next({ type: 'candidate', candidate })
    answerer.peer.command$.next({ type: 'description', description })
    for (let n = 0; n < 1000; n++) answerer.peer.command$.next({ type: 'measure' })
    server$.next([])
    await answerer.peer.saw('description')
    await answerer.peer.saw('received', () => answerer.peer.all('received').length === 264 - 257)
    await expect.poll(answerer.added, { timeout: 5000, interval: 5 }).toBe(256)
    expect(answerer.peer.all('received')).toHaveLength(264 - 257)
  })

  it('are renewed for an ICE restart, on both sides, and not before', async () => {
    const server$ = new BehaviorSubject<Servers>([])
    const [offerer, answerer] = [open(server$), open(server$, { role: 'answerer' })]
    wire(offerer.peer, answerer.peer)
    wire(answerer.peer, offerer.peer)
    await Promise.all([offerer.peer.saw('data-open'), answerer.peer.saw('data-open')])
    server$.next([turn(1001)])
    server$.next([turn(1002)])
    expect([offerer.ports(), answerer.ports()]).toEqual([[[]], [[]]])

    const before = answerer.peer.all('description').length
    offerer.peer.command$.next({ type: 'restart' })
    await answerer.peer.saw('description', () => answerer.peer.all('description').length > before)
    expect([offerer.ports(), answerer.ports()]).toEqual([
      [[], ['1002']],
      [[], ['1002']],
    ])
    expect(offerer.configs[1]?.bundlePolicy).toBe(offerer.configs[0]?.bundlePolicy)
  })

  it.each([
    ['fails', throwError(() => new Error('no credentials today'))],
    ['has none', EMPTY],
  ])('that a source %s to provide fail the connection', async (_, server$) => {
    const { peer, configs } = open(server$)
    expect((await peer.saw('error')).error).toMatchObject({
      code: 'connection-failed',
      message: expect.stringContaining('no ICE servers') as unknown,
    })
    expect(configs).toEqual([])
  })

  it('that a source provided remain valid, however the source ends', () => {
    const server$ = new BehaviorSubject<Servers>([turn(1001)])
    const { peer, ports } = open(server$)
    server$.error(new Error('no longer any credentials'))
    peer.command$.next({ type: 'measure' })
    expect(ports()).toEqual([['1001']])
    expect(peer.all('error')).toEqual([])
  })

  it('are released with the connection', () => {
    const server$ = new BehaviorSubject<Servers>([])
    const { peer } = open(server$)
    expect([server$.observed, peer.command$.observed]).toEqual([true, true])
    peer.subscription.unsubscribe()
    expect([server$.observed, peer.command$.observed]).toEqual([false, false])
  })

  const bad = 'stun:127.0.0.1:99999'
  const isLeftOut = (url: string) => `CallError: an ICE server is left out: "${url}"`

  it('that browsers refuse are left out of the list, and reported once for all connections', () => {
    const list = [
      turn(1001),
      { urls: bad },
      { urls: ['turn:127.0.0.1:1002?transport=sctp', 'stun:127.0.0.1:1003'] },
    ]
    const { open, configs } = opener(list)
    const [first, second] = [open(), open()]
    expect(configs.map(portsIn)).toEqual([
      ['1001', '1003'],
      ['1001', '1003'],
    ])
    expect(messages(first)).toEqual([
      expect.stringContaining(isLeftOut(bad)),
      expect.stringContaining(isLeftOut('turn:127.0.0.1:1002?transport=sctp')),
    ])
    expect(first.all('error').map(({ error }) => error)).toMatchObject([
      { code: 'invalid-ice-server' },
      { code: 'invalid-ice-server' },
    ])
    expect(messages(second)).toEqual([])
  })

  it('that browsers refuse are left out of a stream, at first and later', () => {
    const server$ = new BehaviorSubject<Servers>([{ urls: bad }, turn(1001)])
    const { peer, ports } = open(server$)
    const later = { urls: 'turn:127.0.0.1:1003' }
    server$.next([{ urls: bad }, later, turn(1002)])
    expect(messages(peer)).toEqual([
      expect.stringContaining(isLeftOut(bad)),
      expect.stringContaining(`${isLeftOut(later.urls)}: a TURN server needs "username" and "credential"`),
    ])
    peer.command$.next({ type: 'restart' })
    expect(ports()).toEqual([['1001'], ['1002']])
  })

  it('that are not a list are reported, and the connection opens without any', () => {
    const { peer, ports } = open({ urls: 'stun:127.0.0.1:1001' } as never)
    expect(messages(peer)).toEqual([expect.stringContaining('"iceServers" is not a list')])
    expect(ports()).toEqual([[]])
  })
})
