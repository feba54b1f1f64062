import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import wrtc from '@roamhq/wrtc'
import { NEVER } from 'rxjs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import type { CallError } from '../../src/core/errors.ts'
import { localStream, openPair, openPeer, wire } from './peer-pair.ts'

const kindsOf = (peer: ReturnType<typeof openPeer>) =>
  peer
    .all('track-added')
    .map(({ track }) => track.kind)
    .sort()

describe('simplePeer', () => {
  it('connects two sides, and tells of every state on the way', async () => {
    const { offerer, answerer } = openPair()
    await Promise.all([offerer.saw('data-open'), answerer.saw('data-open')])
    for (const peer of [offerer, answerer]) {
      await peer.saw('connection-state', ({ state }) => state === 'connected')
      await peer.saw('ice-connection-state', ({ state }) => state === 'connected' || state === 'completed')
      await peer.saw('ice-gathering-state', ({ state }) => state === 'complete')
    }
    expect(offerer.all('signaling-state').map(({ state }) => state)).toEqual(['have-local-offer', 'stable'])
    expect(answerer.all('signaling-state').map(({ state }) => state)).toEqual(['have-remote-offer', 'stable'])
    expect(offerer.all('description').map(({ description }) => description.type)).toEqual(['offer'])
    expect(answerer.all('description').map(({ description }) => description.type)).toEqual(['answer'])
  })

  it('tells each state once for each change', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream(), answerer: localStream() })
    await Promise.all([offerer.saw('data-open'), answerer.saw('data-open')])
    for (const peer of [offerer, answerer]) {
      for (const type of ['connection-state', 'ice-connection-state', 'ice-gathering-state'] as const) {
        const states = peer.all(type).map(({ state }) => state)
        expect(states.filter((state, i) => state === states[i - 1])).toEqual([])
      }
    }
  })

  it('carries tracks both ways', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream(), answerer: localStream() })
    for (const peer of [offerer, answerer]) {
      await peer.saw('track-added', ({ track }) => track.kind === 'video')
      await peer.saw('track-added', ({ track }) => track.kind === 'audio')
      expect(kindsOf(peer)).toEqual(['audio', 'video'])
      const [first, second] = peer.all('track-added')
      expect(first?.stream).toBe(second?.stream)
      expect(first?.stream.getTracks()).toContain(first?.track)
    }
  })

  it.each([
    ['nothing', undefined],
    ['audio alone', ['audio']],
  ] as const)('receives audio and video while it offers %s', async (_what, kinds) => {
    const stream = kinds && localStream(kinds)
    const { offerer, answerer } = openPair({ ...(stream && { offerer: stream }), answerer: localStream() })
    await offerer.saw('track-added', ({ track }) => track.kind === 'video')
    await offerer.saw('track-added', ({ track }) => track.kind === 'audio')
    await answerer.saw('data-open')
    expect(kindsOf(answerer)).toEqual(kinds ?? [])
  })

  it('has media before the data channel is open', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream() })
    await Promise.all([offerer.saw('data-open'), answerer.saw('data-open')])
    const types = answerer.events.map(({ type }) => type)
    expect(types.indexOf('track-added')).toBeGreaterThan(-1)
    expect(types.indexOf('track-added')).toBeLessThan(types.indexOf('data-open'))
  })

  it('carries text both ways, one event for each message, in order', async () => {
    const { offerer, answerer } = openPair()
    await Promise.all([offerer.saw('data-open'), answerer.saw('data-open')])
    const texts = ['one', '', 'drei – 三', '{"four":4}', 'end']
    for (const data of texts) offerer.command$.next({ type: 'send', data })
    answerer.command$.next({ type: 'send', data: 'back' })
    await answerer.saw('data', ({ data }) => data === 'end')
    await offerer.saw('data')
    expect(answerer.all('data').map(({ data }) => data)).toEqual(texts)
    expect(offerer.all('data').map(({ data }) => data)).toEqual(['back'])
  })

  it('decodes bytes to text', async () => {
    const channels: RTCDataChannel[] = []
    class Bytes extends wrtc.RTCPeerConnection {
      override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
        const channel = super.createDataChannel(label, init)
        channels.push(channel)
        return channel
      }
    }
    const answerer = openPeer({ role: 'answerer' })
    const port = simplePeer({ wrtc: { ...wrtc, RTCPeerConnection: Bytes } })
    const subscription = port
      .open({ role: 'offerer', stream: null }, answerer.event$ as never)
      .subscribe((event) => {
        if (event.type === 'description' || event.type === 'candidate') answerer.command$.next(event)
        if (event.type === 'data-open') channels[0]?.send(new TextEncoder().encode('bytes'))
      })
    onTestFinished(() => subscription.unsubscribe())
    expect((await answerer.saw('data')).data).toBe('bytes')
  })

  it('ignores text before the data channel is open', async () => {
    const { offerer, answerer } = openPair()
    offerer.command$.next({ type: 'send', data: 'too early' })
    await offerer.saw('data-open')
    offerer.command$.next({ type: 'send', data: 'in time' })
    expect((await answerer.saw('data')).data).toBe('in time')
  })

  it('ends its candidates with one null, after the last of them, on both sides', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream(), answerer: localStream() })
    for (const peer of [offerer, answerer]) {
      await peer.saw('candidate', ({ candidate }) => candidate === null)
      await peer.saw('data-open')
      const candidates = peer.all('candidate').map(({ candidate }) => candidate)
      expect(candidates.length).toBeGreaterThan(1)
      expect(candidates.indexOf(null)).toBe(candidates.length - 1)
    }
  })

  it('makes a new offer when the other side asks for one, and the answerer does not', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream() })
    await offerer.saw('data-open')
    answerer.command$.next({ type: 'renegotiate' })
    offerer.command$.next({ type: 'renegotiate' })
    await vi.waitFor(() => expect(answerer.all('description')).toHaveLength(2), {
      timeout: 5000,
      interval: 5,
    })
    await offerer.saw('signaling-state', () => offerer.connection.signalingState === 'stable')
    expect(offerer.all('description').map(({ description }) => description.type)).toEqual(['offer', 'offer'])
    expect(offerer.events.filter(({ type }) => type === 'error' || type === 'complete')).toEqual([])
    expect(answerer.all('renegotiate')).toEqual([])
    expect(kindsOf(answerer)).toEqual(['audio', 'video'])
  })

  it('completes on one side when the other is unsubscribed from, and closes both connections', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream(), answerer: localStream() })
    await Promise.all([offerer.saw('data-open'), answerer.saw('data-open')])
    offerer.subscription.unsubscribe()
    await answerer.saw('complete')
    expect(answerer.all('error')).toEqual([])
    expect(offerer.connection.signalingState).toBe('closed')
    expect(answerer.connection.signalingState).toBe('closed')
    expect(answerer.command$.observed).toBe(false)
  })

  it('emits nothing after unsubscription, leaves the local tracks alone and closes its connection', async () => {
    const stream = localStream()
    const { offerer, answerer } = openPair({ offerer: stream })
    await answerer.saw('data-open')
    offerer.subscription.unsubscribe()
    const told = offerer.events.length
    await answerer.saw('complete')
    expect(offerer.events).toHaveLength(told)
    expect(stream.getTracks().map(({ readyState }) => readyState)).toEqual(['live', 'live'])
    expect(offerer.connection.signalingState).toBe('closed')
    expect(offerer.command$.observed).toBe(false)
  })

  it('can be unsubscribed from at once', async () => {
    const peer = openPeer({ stream: localStream() })
    peer.subscription.unsubscribe()
    await eventLoopTurn()
    expect(peer.events).toEqual([])
    expect(peer.connection.signalingState).toBe('closed')
  })

  it('opens a connection for each subscription, and none before', async () => {
    let made = 0
    class Counted extends wrtc.RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        made++
      }
    }
    const peer$ = simplePeer({ wrtc: { ...wrtc, RTCPeerConnection: Counted } }).open(
      { role: 'answerer', stream: null },
      NEVER,
    )
    expect(made).toBe(0)
    peer$.subscribe().unsubscribe()
    peer$.subscribe().unsubscribe()
    expect(made).toBe(2)
    await eventLoopTurn()
  })

  it('uses the ICE servers of its options, and none where there are none', () => {
    const configs: unknown[] = []
    class Configured extends wrtc.RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        configs.push(config)
      }
    }
    const classes = { ...wrtc, RTCPeerConnection: Configured }
    const iceServers = [{ urls: 'stun:127.0.0.1:3478' }]
    for (const options of [{}, { iceServers, config: { iceTransportPolicy: 'relay' as const } }]) {
      simplePeer({ ...options, wrtc: classes })
        .open({ role: 'answerer', stream: null }, NEVER)
        .subscribe()
        .unsubscribe()
    }
    expect(configs).toMatchObject([{ iceServers: [] }, { iceServers, iceTransportPolicy: 'relay' }])
  })

  it('tells when the other side takes a track away', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream() })
    const { track, stream } = await answerer.saw('track-added')
    await offerer.saw('data-open')
    // libwebrtc in Node never sends this event, browsers do.
    stream.dispatchEvent(Object.assign(new Event('removetrack'), { track }))
    const removed = await answerer.saw('track-removed')
    expect(removed.track).toBe(track)
    expect(removed.stream).toBe(stream)
    await eventLoopTurn()
    expect(answerer.all('track-removed')).toHaveLength(1)
  })

  it('errors where there is no WebRTC, and says what to do', () => {
    const error = vi.fn<(error: CallError) => void>()
    simplePeer().open({ role: 'offerer', stream: null }, NEVER).subscribe({ error })
    expect(error.mock.calls[0]?.[0]).toMatchObject({ code: 'connection-failed', message: /pass `wrtc`/ })
  })

  it('errors when the connection cannot be made', async () => {
    class Broken extends wrtc.RTCPeerConnection {
      constructor() {
        super()
        this.close()
        throw new Error('no more connections')
      }
    }
    const error = await new Promise((resolve) => {
      simplePeer({ wrtc: { ...wrtc, RTCPeerConnection: Broken } })
        .open({ role: 'offerer', stream: null }, NEVER)
        .subscribe({ error: resolve })
    })
    expect(error).toMatchObject({ code: 'connection-failed', detail: 'ERR_PC_CONSTRUCTOR' })
  })

  it('errors and closes the connection when the tracks cannot be added', async () => {
    const made: RTCPeerConnection[] = []
    class Trackless extends wrtc.RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        made.push(this)
      }
      override addTrack(): RTCRtpSender {
        throw new Error('no such track')
      }
    }
    const error = vi.fn<(error: CallError) => void>()
    simplePeer({ wrtc: { ...wrtc, RTCPeerConnection: Trackless } })
      .open({ role: 'offerer', stream: localStream() }, NEVER)
      .subscribe({ error })
    expect(error.mock.calls[0]?.[0]).toMatchObject({ code: 'connection-failed', message: /no such track/ })
    await eventLoopTurn()
    expect(made.map(({ signalingState }) => signalingState)).toEqual(['closed'])
  })

  it('stays open when the commands end, in whichever way', async () => {
    const offerer = openPeer()
    const answerer = openPeer({ role: 'answerer' })
    wire(offerer, answerer)
    wire(answerer, offerer)
    await Promise.all([offerer.saw('data-open'), answerer.saw('data-open')])
    answerer.command$.complete()
    offerer.command$.next({ type: 'send', data: 'still here' })
    await answerer.saw('data')
    offerer.command$.error(new Error('broken'))
    await eventLoopTurn()
    expect(offerer.subscription.closed).toBe(false)
    expect(offerer.connection.connectionState).toBe('connected')
  })
})
