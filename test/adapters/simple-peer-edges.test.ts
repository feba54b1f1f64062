import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Description, PeerCommand } from '../../src/core/ports/index.ts'
import { localStream, openPair, openPeer, wire, type TestPeer } from './support/peer-pair.ts'

const twice = (command: PeerCommand) => (command.type === 'description' ? [command, command] : [command])

/** An unwired pair. */
const openTwo = () => ({ offerer: openPeer(), answerer: openPeer({ role: 'answerer' }) })

const connected = (...peers: TestPeer[]) => Promise.all(peers.map((peer) => peer.saw('data-open')))

/** A connection that does nothing until it is told to fail: libwebrtc would take half a minute for that. */
class FailingConnection extends EventTarget {
  static last: FailingConnection | undefined
  connectionState = 'new'
  iceConnectionState = 'new'
  iceGatheringState = 'new'
  signalingState = 'stable'
  closed = false
  readonly channel: { close: () => void; onclose?: () => void } = { close: () => undefined }
  onconnectionstatechange: (() => void) | null = null
  oniceconnectionstatechange: (() => void) | null = null

  constructor() {
    super()
    FailingConnection.last = this
  }

  become(property: 'connectionState' | 'iceConnectionState', state: 'failed' | 'connected'): void {
    this[property] = state
    const event = `${property.toLowerCase()}change` as const
    this.dispatchEvent(new Event(event))
    this[`on${event}` as 'onconnectionstatechange' | 'oniceconnectionstatechange']?.()
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
    return new Promise(() => undefined)
  }

  close(): void {
    this.closed = true
  }
}

/** Errors that simple-peer would print or throw by itself. This stays empty. */
function watchWarnings() {
  const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined)
  onTestFinished(() => warn.mockRestore())
  return warn
}

describe('the sharp edges of simple-peer', () => {
  it('answers a duplicate offer once', async () => {
    const { offerer, answerer } = openTwo()
    wire(offerer, answerer, twice)
    wire(answerer, offerer)
    await connected(offerer, answerer)
    expect(answerer.all('description')).toHaveLength(1)
  })

  it('applies a duplicate answer once', async () => {
    const { offerer, answerer } = openTwo()
    wire(offerer, answerer)
    wire(answerer, offerer, twice)
    await connected(offerer, answerer)
    expect(offerer.all('signaling-state').map(({ state }) => state)).toEqual(['have-local-offer', 'stable'])
  })

  it('ignores repeated descriptions while the call is open', async () => {
    const { offerer, answerer } = openPair()
    await connected(offerer, answerer)
    const offer = await offerer.saw('description')
    const answer = await answerer.saw('description')
    const other: Description = { type: 'answer', sdp: answer.description.sdp.replace(/o=- \d+/, 'o=- 1234') }
    expect(other.sdp).not.toBe(answer.description.sdp)
    answerer.command$.next(offer)
    offerer.command$.next(answer)
    offerer.command$.next({ type: 'description', description: other })
    offerer.command$.next(offer)
    answerer.command$.next(answer)

    offerer.command$.next({ type: 'send', data: 'still here' })
    await answerer.saw('data')
    answerer.command$.next({ type: 'send', data: 'here too' })
    await offerer.saw('data')
    expect(answerer.all('description')).toHaveLength(1)
  })

  it('survives two offerers', async () => {
    const { offerer, answerer } = openPair()
    const rival = openPeer()
    offerer.command$.next(await rival.saw('description'))
    await connected(offerer, answerer)
  })

  it('buffers candidates that come before the description', async () => {
    const { offerer, answerer } = openTwo()
    wire(answerer, offerer)
    await offerer.saw('candidate', ({ candidate }) => candidate === null)
    const early = offerer.all('candidate')
    expect(early.length).toBeGreaterThan(1)
    for (const candidate of early) answerer.command$.next(candidate)
    await eventLoopTurn()
    expect(answerer.events).toEqual([])
    answerer.command$.next(await offerer.saw('description'))
    await connected(offerer, answerer)
  })

  it('applies an answer at once although its candidates come first', async () => {
    const { offerer, answerer } = openTwo()
    wire(offerer, answerer)
    await answerer.saw('candidate', ({ candidate }) => candidate === null)
    for (const candidate of answerer.all('candidate')) offerer.command$.next(candidate)
    offerer.command$.next(await answerer.saw('description'))
    await connected(offerer, answerer)
  })

  it.each([
    [
      'an unknown media section',
      { sdpMid: '77', sdpMLineIndex: 77 },
      'candidate:1 1 udp 9 127.0.0.1 5 typ host',
    ],
    ['no media section', {}, 'candidate:1 1 udp 9 127.0.0.1 5 typ host'],
    [
      'no media section, in so many words',
      { sdpMid: null, sdpMLineIndex: null },
      'candidate:1 1 udp 9 127.0.0.1 5 typ host',
    ],
    ['a syntax of its own', { sdpMid: '0', sdpMLineIndex: 0 }, 'nonsense'],
    ['nothing in it', { sdpMid: '0', sdpMLineIndex: 0 }, ''],
  ])('drops a candidate with %s, and continues', async (_what, section, candidate) => {
    const warn = watchWarnings()
    const offerer = openPeer()
    const answerer = openPeer({ role: 'answerer' })
    const bad: PeerCommand = { type: 'candidate', candidate: { candidate, ...section } }
    answerer.command$.next(bad)
    wire(offerer, answerer, (command) => [bad, command, bad])
    wire(answerer, offerer)
    await connected(offerer, answerer)
    answerer.command$.next(bad)
    offerer.command$.next({ type: 'send', data: 'still here' })
    await answerer.saw('data')
    expect(answerer.events.filter(({ type }) => type === 'error' || type === 'complete')).toEqual([])
    expect(warn).not.toHaveBeenCalled()
  })

  it('ignores the end of candidates, at any time', async () => {
    const { offerer, answerer } = openTwo()
    const end: PeerCommand = { type: 'candidate', candidate: null }
    wire(offerer, answerer, (command) => [end, command, end])
    wire(answerer, offerer, (command) => [end, command, end])
    await connected(offerer, answerer)
    answerer.command$.next(end)
    offerer.command$.next({ type: 'send', data: 'still here' })
    await answerer.saw('data')
  })

  it('never passes an unknown signal to simple-peer', async () => {
    const { offerer, answerer } = openPair()
    await connected(offerer, answerer)
    answerer.command$.next({ type: 'something-else' } as unknown as PeerCommand)
    offerer.command$.next({ type: 'send', data: 'still here' })
    await answerer.saw('data')
  })

  it.each(['offerer', 'answerer'] as const)(
    'ends the %s with negotiation-failed on an invalid description',
    async (role) => {
      const peer = openPeer({ role })
      if (role === 'offerer') await peer.saw('description')
      const description: Description = { type: role === 'offerer' ? 'answer' : 'offer', sdp: 'nonsense' }
      peer.command$.next({ type: 'description', description })
      const { error } = await peer.saw('error')
      expect(error).toMatchObject({
        code: 'negotiation-failed',
        detail: { peerCode: 'ERR_SET_REMOTE_DESCRIPTION' },
      })
      expect(peer.connection.signalingState).toBe('closed')
      expect(peer.command$.observed).toBe(false)
    },
  )

  it.each([
    ['connectionState', 'connection-state'],
    ['iceConnectionState', 'ice-connection-state'],
  ] as const)('emits a %s of failed, and later states', async (property, type) => {
    const peer = openPeer({}, { RTCPeerConnection: FailingConnection as never })
    FailingConnection.last?.become(property, 'failed')
    await eventLoopTurn()
    FailingConnection.last?.become(property, 'connected')
    await eventLoopTurn()
    expect(peer.events).toEqual([
      { type, state: 'failed' },
      { type, state: 'connected' },
    ])
    expect(FailingConnection.last?.closed).toBe(false)
    expect(peer.command$.observed).toBe(true)
  })

  it.each([
    ['failed', { type: 'error', error: { code: 'connection-failed' } }],
    ['connected', { type: 'complete' }],
  ] as const)('reports a data channel that closes while the connection is %s', async (state, end) => {
    const peer = openPeer({}, { RTCPeerConnection: FailingConnection as never })
    FailingConnection.last?.become('connectionState', 'failed')
    FailingConnection.last?.become('connectionState', state)
    FailingConnection.last?.channel.onclose?.()
    await peer.saw(end.type)
    expect(peer.events.at(-1)).toMatchObject(end)
  })

  it('ignores commands after either side has ended it', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream() })
    await connected(offerer, answerer)
    const offer = await offerer.saw('description')
    const candidate = await offerer.saw('candidate')
    const late: PeerCommand[] = [offer, candidate, { type: 'renegotiate' }, { type: 'send', data: 'late' }]
    // simple-peer is destroyed asynchronously, and then throws on each signal.
    const sendAll = () => {
      for (const command of late) {
        answerer.command$.next(command)
        offerer.command$.next(command)
      }
    }
    offerer.subscription.unsubscribe()
    sendAll()
    await answerer.saw('complete')
    const told = answerer.events.length
    sendAll()
    await eventLoopTurn()
    sendAll()
    expect(answerer.events).toHaveLength(told)
  })

  it('does not send a request for a transceiver', async () => {
    const { offerer, answerer } = openPair({ answerer: localStream(['video', 'video', 'audio']) })
    await connected(offerer, answerer)
    const known = ['description', 'candidate', 'data-open', 'connection-state', 'signaling-state']
    const strange = answerer.events.filter(({ type }) => !known.includes(type) && !type.startsWith('ice-'))
    expect(strange).toEqual([])
  })
})
