import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import wrtc from '@roamhq/wrtc'
import { NEVER, Subject } from 'rxjs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { negotiationPort } from '../../src/adapters/native-peer/negotiation-port.ts'
import type { CallError } from '../../src/core/errors.ts'
import { perfectNegotiation, type NegotiationCommand } from '../../src/core/negotiation/index.ts'
import type { PeerOptions } from '../../src/core/ports/index.ts'
import {
  localStream,
  openTestPeer,
  watchChannels,
  wire,
  type NewPort,
  type TestPeer,
} from './support/test-peer.ts'

const native: NewPort = (webRtc) => nativePeer({ wrtc: webRtc })
const openPeer = (options: Partial<PeerOptions> = {}, classes: Parameters<typeof openTestPeer>[2] = {}) =>
  openTestPeer(native, options, classes)

function openPair(streams: { readonly offerer?: MediaStream; readonly answerer?: MediaStream } = {}) {
  const offerer = openPeer({ role: 'offerer', stream: streams.offerer ?? null })
  const answerer = openPeer({ role: 'answerer', stream: streams.answerer ?? null })
  wire(offerer, answerer)
  wire(answerer, offerer)
  return { offerer, answerer }
}

const connected = (...peers: TestPeer[]) => Promise.all(peers.map((peer) => peer.saw('data-open')))

describe('a native peer negotiates', () => {
  it('and asks the offerer for an offer when the answerer needs one', async () => {
    const { offerer, answerer } = openPair({
      offerer: localStream(['audio']),
      answerer: localStream(['audio']),
    })
    await connected(offerer, answerer)
    const [audio] = answerer.connection.getTransceivers().filter(({ sender }) => sender.track !== null)
    if (audio === undefined) throw new Error('nothing is sent')
    audio.direction = 'recvonly'
    await answerer.saw('description', () => audio.currentDirection === 'recvonly')
    expect(answerer.all('renegotiate')).toHaveLength(1)
    expect(offerer.all('description').map(({ description }) => description.type)).toEqual(['offer', 'offer'])
    expect(answerer.all('description').map(({ description }) => description.type)).toEqual([
      'answer',
      'answer',
    ])
  })

  it('and answers an unexpected offer of the answerer', async () => {
    const offerer = openPeer({ stream: localStream(['audio']) })
    const other = new wrtc.RTCPeerConnection()
    onTestFinished(() => other.close())
    await other.setRemoteDescription((await offerer.saw('description')).description)
    const answer = await other.createAnswer()
    await other.setLocalDescription(answer)
    offerer.command$.next({ type: 'description', description: { type: 'answer', sdp: answer.sdp ?? '' } })
    await offerer.saw('signaling-state', ({ state }) => state === 'stable')

    const stream = localStream(['video'])
    for (const track of stream.getTracks()) other.addTrack(track, stream)
    const offer = await other.createOffer()
    await other.setLocalDescription(offer)
    offerer.command$.next({ type: 'description', description: { type: 'offer', sdp: offer.sdp ?? '' } })
    const { description } = await offerer.saw(
      'description',
      ({ description }) => description.type === 'answer',
    )
    await other.setRemoteDescription(description)
    expect(other.signalingState).toBe('stable')
    expect((await offerer.saw('track-added')).track.kind).toBe('video')
  })

  it('and rolls its own offer back in glare, over connections without implicit rollback', async () => {
    const polite$ = new Subject<NegotiationCommand>()
    const impolite$ = new Subject<NegotiationCommand>()
    const first: (() => void)[] = []
    /** Both first offers are made before either arrives. */
    const deliver = (send: () => void) => {
      if (first.length === 2) send()
      else if (first.push(send) === 2) for (const sendFirst of first) sendFirst()
    }
    const side = (
      isPolite: boolean,
      command$: Subject<NegotiationCommand>,
      to$: Subject<NegotiationCommand>,
    ) => {
      const connection = new wrtc.RTCPeerConnection()
      const told: string[] = []
      const port = negotiationPort(connection, () => undefined)
      const subscription = perfectNegotiation({ isPolite, makesOffers: true, command$ }, port).subscribe(
        (event) => {
          told.push(event.type === 'description' ? event.description.type : event.type)
          deliver(() => to$.next(event))
        },
      )
      onTestFinished(() => {
        subscription.unsubscribe()
        connection.close()
      })
      return { connection, told }
    }
    const polite = side(true, polite$, impolite$)
    const impolite = side(false, impolite$, polite$)
    for (const { connection } of [polite, impolite]) {
      const stream = localStream()
      for (const track of stream.getTracks()) connection.addTrack(track, stream)
    }
    const sends = ({ connection }: typeof polite) =>
      connection.getTransceivers().filter(({ currentDirection }) => currentDirection === 'sendrecv').length
    await vi.waitFor(() => expect([sends(polite), sends(impolite)]).toEqual([2, 2]), {
      timeout: 5000,
      interval: 5,
    })
    // Then libwebrtc in Node, between the rollback and what came, has told the polite side that it needs an offer.
    expect(polite.told.slice(0, 2)).toEqual(['offer', 'answer'])
    expect(impolite.told[0]).toBe('offer')
  })
})

/** A connection that does nothing until it is told to fail: libwebrtc would take half a minute for that. */
class FailingConnection extends EventTarget {
  static last: FailingConnection | undefined
  connectionState = 'new'
  iceConnectionState = 'new'
  iceGatheringState = 'new'
  signalingState = 'stable'
  isClosed = false
  offers = 0
  measured = 0
  readonly channel = Object.assign(new EventTarget(), { readyState: 'connecting', binaryType: 'blob' })

  constructor() {
    super()
    FailingConnection.last = this
  }

  become(property: 'connectionState' | 'iceConnectionState', state: 'failed' | 'connected'): void {
    this[property] = state
    this.dispatchEvent(new Event(`${property.toLowerCase()}change`))
  }

  createDataChannel(): object {
    return this.channel
  }

  getSenders(): RTCRtpSender[] {
    return []
  }

  addTransceiver(): void {
    // Nothing is negotiated.
  }

  createOffer(): Promise<never> {
    this.offers++
    return new Promise(() => undefined)
  }

  getStats(): Promise<never> {
    this.measured++
    return Promise.reject(new Error('no statistics'))
  }

  close(): void {
    this.isClosed = true
  }
}

function openFailing() {
  const peer = openPeer({}, { RTCPeerConnection: FailingConnection as never })
  const connection = FailingConnection.last
  if (connection === undefined) throw new Error('no connection was made')
  return { peer, connection, channel: connection.channel }
}

describe('a native peer stays open', () => {
  it.each([
    ['connectionState', 'connection-state'],
    ['iceConnectionState', 'ice-connection-state'],
  ] as const)('when its %s is failed, because it may connect again', (property, type) => {
    const { peer, connection } = openFailing()
    connection.become(property, 'failed')
    connection.become(property, 'connected')
    expect(peer.events).toEqual([
      { type, state: 'failed' },
      { type, state: 'connected' },
    ])
    expect(connection.isClosed).toBe(false)
    expect(peer.command$.observed).toBe(true)
  })

  it('when there are no statistics', async () => {
    const { peer, connection } = openFailing()
    peer.command$.next({ type: 'measure' })
    await eventLoopTurn()
    expect(connection.measured).toBe(1)
    expect(peer.events).toEqual([])
  })
})

describe('a native peer ends', () => {
  it('in an orderly way when the other side aborts its data channel, as Chromium reports it', () => {
    const { peer, channel } = openFailing()
    const error = Object.assign(new Error('User-Initiated Abort, reason=Close called'), { sctpCauseCode: 12 })
    channel.dispatchEvent(Object.assign(new Event('error'), { error }))
    expect(peer.events).toEqual([{ type: 'complete' }])
  })

  it('with connection-failed when its data channel breaks', () => {
    const { peer, connection, channel } = openFailing()
    const error = Object.assign(new Error('Transport channel closed'), { errorDetail: 'sctp-failure' })
    channel.dispatchEvent(Object.assign(new Event('error'), { error }))
    expect(peer.events).toMatchObject([
      {
        type: 'error',
        error: { code: 'connection-failed', detail: { peerCode: 'sctp-failure' }, cause: error },
      },
    ])
    expect(connection.isClosed).toBe(true)
  })

  it('with connection-failed when its data channel breaks and the browser does not say why', () => {
    const { peer, connection, channel } = openFailing()
    // Firefox before 150 has no RTCErrorEvent.
    channel.dispatchEvent(new Event('error'))
    expect(peer.events).toMatchObject([
      { type: 'error', error: { code: 'connection-failed', message: 'the data channel broke' } },
    ])
    expect(connection.isClosed).toBe(true)
  })

  it('with connection-failed when its data channel closes after all paths are lost', () => {
    const { peer, connection, channel } = openFailing()
    connection.become('connectionState', 'failed')
    channel.dispatchEvent(new Event('close'))
    expect(peer.events.slice(1)).toMatchObject([{ type: 'error', error: { code: 'connection-failed' } }])
    expect(connection.isClosed).toBe(true)
  })

  it.each(['closing', 'close'])('when its data channel reports %s', (type) => {
    const { peer, connection, channel } = openFailing()
    channel.dispatchEvent(new Event(type))
    expect(peer.events).toEqual([{ type: 'complete' }])
    expect(connection.isClosed).toBe(true)
  })

  it('at once when it is unsubscribed at once', async () => {
    const peer = openPeer({ stream: localStream() })
    peer.subscription.unsubscribe()
    await eventLoopTurn()
    expect(peer.events).toEqual([])
    expect(peer.connection.signalingState).toBe('closed')
  })

  it('with an error when there is no WebRTC, and says what to do', () => {
    const error = vi.fn<(error: CallError) => void>()
    nativePeer().open({ role: 'offerer', stream: null }, NEVER).subscribe({ error })
    expect(error.mock.calls[0]?.[0]).toMatchObject({ code: 'no-webrtc', message: /pass `wrtc`/ })
  })

  it('with an error when the connection cannot be created', () => {
    class Broken extends wrtc.RTCPeerConnection {
      constructor() {
        super()
        this.close()
        throw new Error('no more connections')
      }
    }
    const peer = openPeer({}, { RTCPeerConnection: Broken })
    expect(peer.events).toMatchObject([
      { type: 'error', error: { code: 'connection-failed', message: /no more connections/ } },
    ])
  })

  it('with an error, and its connection closed, when the tracks cannot be added', () => {
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
    const peer = openPeer({ stream: localStream() }, { RTCPeerConnection: Trackless })
    expect(peer.events).toMatchObject([
      { type: 'error', error: { code: 'connection-failed', message: /no such track/ } },
    ])
    expect(made.map(({ signalingState }) => signalingState)).toEqual(['closed'])
  })
})

describe('a native peer', () => {
  it('makes its first offer without a command, and requests binary messages as ArrayBuffer', () => {
    const { connection, channel } = openFailing()
    expect(connection.offers).toBe(1)
    expect(channel.binaryType).toBe('arraybuffer')
  })

  it('never reads its local description, which may crash libwebrtc in Node', async () => {
    const read = vi.fn(() => null)
    class Watched extends wrtc.RTCPeerConnection {
      override get localDescription() {
        return read()
      }
      override get currentLocalDescription() {
        return read()
      }
      override get pendingLocalDescription() {
        return read()
      }
    }
    const offerer = openPeer({ stream: localStream() }, { RTCPeerConnection: Watched })
    const answerer = openPeer({ role: 'answerer', stream: localStream() }, { RTCPeerConnection: Watched })
    wire(offerer, answerer)
    wire(answerer, offerer)
    await connected(offerer, answerer)
    expect(read).not.toHaveBeenCalled()
  })

  it('opens a connection for each subscription, not earlier', () => {
    let made = 0
    class Counted extends wrtc.RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        made++
      }
    }
    const peer$ = nativePeer({ wrtc: { ...wrtc, RTCPeerConnection: Counted } }).open(
      { role: 'answerer', stream: null },
      NEVER,
    )
    expect(made).toBe(0)
    peer$.subscribe().unsubscribe()
    peer$.subscribe().unsubscribe()
    expect(made).toBe(2)
  })

  it('uses the settings of its options, and by default no ICE servers', () => {
    const configs: unknown[] = []
    class Configured extends wrtc.RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        configs.push(config)
      }
    }
    const webRtc = { ...wrtc, RTCPeerConnection: Configured }
    const iceServers = [{ urls: 'stun:127.0.0.1:3478' }]
    for (const options of [{}, { iceServers, config: { iceTransportPolicy: 'relay' as const } }]) {
      nativePeer({ ...options, wrtc: webRtc })
        .open({ role: 'answerer', stream: null }, NEVER)
        .subscribe()
        .unsubscribe()
    }
    expect(configs).toEqual([
      { bundlePolicy: 'max-bundle', iceServers: [] },
      { bundlePolicy: 'max-bundle', iceServers, iceTransportPolicy: 'relay' },
    ])
  })

  it('decodes bytes to text', async () => {
    const { RTCPeerConnection, channel } = watchChannels()
    const offerer = openPeer({}, { RTCPeerConnection })
    const answerer = openPeer({ role: 'answerer' })
    wire(offerer, answerer)
    wire(answerer, offerer)
    await connected(offerer, answerer)
    channel().send(new TextEncoder().encode('bytes'))
    expect((await answerer.saw('data')).data).toBe('bytes')
  })
})
