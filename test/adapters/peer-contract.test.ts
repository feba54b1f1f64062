import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import type { PeerCommand } from '../../src/core/ports/index.ts'
import { localStream, openTestPeer, wire, type NewPort, type TestPeer } from './support/test-peer.ts'

const native: NewPort = (webRtc) => nativePeer({ wrtc: webRtc })
const simple: NewPort = (wrtc) => simplePeer({ wrtc })

interface Streams {
  readonly offerer?: MediaStream
  readonly answerer?: MediaStream
}

const twice = (command: PeerCommand) => [command, command]
const connected = (...peers: TestPeer[]) => Promise.all(peers.map((peer) => peer.saw('data-open')))
const kindsOf = (peer: TestPeer) =>
  peer
    .all('track-added')
    .map(({ track }) => track.kind)
    .sort()
const ends = (peer: TestPeer) => peer.events.filter(({ type }) => type === 'error' || type === 'complete')

describe.each([
  { offererPort: native, answererPort: native, name: 'native peers' },
  { offererPort: simple, answererPort: simple, name: 'simple-peers' },
  { offererPort: native, answererPort: simple, name: 'a native offerer and a simple-peer answerer' },
  { offererPort: simple, answererPort: native, name: 'a simple-peer offerer and a native answerer' },
])('$name', ({ offererPort, answererPort }) => {
  function openTwo(streams: Streams = {}) {
    return {
      offerer: openTestPeer(offererPort, { role: 'offerer', stream: streams.offerer ?? null }),
      answerer: openTestPeer(answererPort, { role: 'answerer', stream: streams.answerer ?? null }),
    }
  }

  function openPair(streams: Streams = {}) {
    const pair = openTwo(streams)
    wire(pair.offerer, pair.answerer)
    wire(pair.answerer, pair.offerer)
    return pair
  }

  async function expectTalk({ offerer, answerer }: { offerer: TestPeer; answerer: TestPeer }) {
    offerer.command$.next({ type: 'send', data: 'still here' })
    await answerer.saw('data', ({ data }) => data === 'still here')
    answerer.command$.next({ type: 'send', data: 'here too' })
    await offerer.saw('data', ({ data }) => data === 'here too')
    expect([...ends(offerer), ...ends(answerer)]).toEqual([])
  }

  it('connect with one offer and one answer, and emit every state in order', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream(), answerer: localStream() })
    await connected(offerer, answerer)
    for (const peer of [offerer, answerer]) {
      await peer.saw('connection-state', ({ state }) => state === 'connected')
      await peer.saw('ice-connection-state', ({ state }) => state === 'connected' || state === 'completed')
      await peer.saw('ice-gathering-state', ({ state }) => state === 'complete')
    }
    expect(offerer.all('signaling-state').map(({ state }) => state)).toEqual(['have-local-offer', 'stable'])
    expect(answerer.all('signaling-state').map(({ state }) => state)).toEqual(['have-remote-offer', 'stable'])
    expect(offerer.all('description').map(({ description }) => description.type)).toEqual(['offer'])
    expect(answerer.all('description').map(({ description }) => description.type)).toEqual(['answer'])
    expect([...offerer.all('renegotiate'), ...answerer.all('renegotiate')]).toEqual([])
    for (const peer of [offerer, answerer]) {
      for (const type of ['connection-state', 'ice-connection-state', 'ice-gathering-state'] as const) {
        const states = peer.all(type).map(({ state }) => state)
        expect(states.filter((state, place) => state === states[place - 1])).toEqual([])
      }
    }
  })

  it('receive tracks before the data channel is open', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream() })
    await connected(offerer, answerer)
    const types = answerer.events.map(({ type }) => type)
    expect(types).toContain('track-added')
    expect(types.indexOf('track-added')).toBeLessThan(types.indexOf('data-open'))
  })

  it('carry tracks both ways, each kind in the stream of its sender', async () => {
    const streams = { offerer: localStream(), answerer: localStream() }
    const { offerer, answerer } = openPair(streams)
    for (const [peer, sent] of [[offerer, streams.answerer] as const, [answerer, streams.offerer] as const]) {
      await peer.saw('track-added', ({ track }) => track.kind === 'video')
      await peer.saw('track-added', ({ track }) => track.kind === 'audio')
      expect(kindsOf(peer)).toEqual(['audio', 'video'])
      const [first, second] = peer.all('track-added')
      expect(first?.stream).toBe(second?.stream)
      expect(first?.stream.id).toBe(sent.id)
      expect(first?.stream.getTracks()).toContain(first?.track)
    }
  })

  it.each([
    ['nothing', undefined],
    ['audio alone', ['audio']],
  ] as const)('the offerer receives audio and video while it offers %s', async (_what, kinds) => {
    const stream = kinds && localStream(kinds)
    const { offerer, answerer } = openPair({ ...(stream && { offerer: stream }), answerer: localStream() })
    await offerer.saw('track-added', ({ track }) => track.kind === 'video')
    await offerer.saw('track-added', ({ track }) => track.kind === 'audio')
    await answerer.saw('data-open')
    expect(kindsOf(answerer)).toEqual(kinds ?? [])
  })

  it('do not send a track without a section in the offer, and do not request one endlessly', async () => {
    const pair = openPair({ answerer: localStream(['video', 'video', 'audio']) })
    await connected(pair.offerer, pair.answerer)
    await expectTalk(pair)
    expect(pair.answerer.all('renegotiate')).toEqual([])
    expect(kindsOf(pair.offerer)).toEqual(['audio', 'video'])
  })

  it('carry text both ways, one event for each message, in order', async () => {
    const { offerer, answerer } = openPair()
    await connected(offerer, answerer)
    const texts = ['one', '', 'drei – 三', '{"four":4}', 'end']
    for (const data of texts) offerer.command$.next({ type: 'send', data })
    answerer.command$.next({ type: 'send', data: 'back' })
    await answerer.saw('data', ({ data }) => data === 'end')
    await offerer.saw('data')
    expect(answerer.all('data').map(({ data }) => data)).toEqual(texts)
    expect(offerer.all('data').map(({ data }) => data)).toEqual(['back'])
  })

  it('ignore text before the data channel is open', async () => {
    const { offerer, answerer } = openPair()
    offerer.command$.next({ type: 'send', data: 'too early' })
    answerer.command$.next({ type: 'send', data: 'too early' })
    await connected(offerer, answerer)
    await expectTalk({ offerer, answerer })
    expect([offerer, answerer].map((peer) => peer.all('data')).flat()).toHaveLength(2)
  })

  it('emit a description before candidates, and end these with one null', async () => {
    const { offerer, answerer } = openPair({ offerer: localStream(), answerer: localStream() })
    for (const peer of [offerer, answerer]) {
      await peer.saw('candidate', ({ candidate }) => candidate === null)
      await peer.saw('data-open')
      const candidates = peer.all('candidate').map(({ candidate }) => candidate)
      expect(candidates.length).toBeGreaterThan(1)
      expect(candidates.indexOf(null)).toBe(candidates.length - 1)
      const types = peer.events.map(({ type }) => type)
      expect(types.indexOf('description')).toBeLessThan(types.indexOf('candidate'))
    }
  })

  it('negotiate again when the other side asks the offerer, but not the answerer', async () => {
    const pair = openPair({ offerer: localStream() })
    const { offerer, answerer } = pair
    await connected(offerer, answerer)
    answerer.command$.next({ type: 'renegotiate' })
    offerer.command$.next({ type: 'renegotiate' })
    await answerer.saw('description', () => answerer.all('description').length === 2)
    await offerer.saw('signaling-state', () => offerer.connection.signalingState === 'stable')
    await expectTalk(pair)
    expect(offerer.all('description').map(({ description }) => description.type)).toEqual(['offer', 'offer'])
    expect(answerer.all('renegotiate')).toEqual([])
    expect(kindsOf(answerer)).toEqual(['audio', 'video'])
  })

  it('negotiate once more for requests during a negotiation', async () => {
    const pair = openTwo({ offerer: localStream(), answerer: localStream() })
    const { offerer, answerer } = pair
    let asked = 0
    wire(offerer, answerer, (command) => {
      if (command.type === 'description' && asked++ < 3) offerer.command$.next({ type: 'renegotiate' })
      return [command]
    })
    wire(answerer, offerer)
    await connected(offerer, answerer)
    await answerer.saw('description', () => answerer.all('description').length === 4)
    await expectTalk(pair)
  })

  it('complete on one side when the other is unsubscribed, and close both connections', async () => {
    for (const leaver of ['offerer', 'answerer'] as const) {
      const pair = openPair({ offerer: localStream(), answerer: localStream() })
      await connected(pair.offerer, pair.answerer)
      const left = pair[leaver]
      const other = leaver === 'offerer' ? pair.answerer : pair.offerer
      left.subscription.unsubscribe()
      await other.saw('complete')
      expect(other.all('error')).toEqual([])
      expect(left.connection.signalingState).toBe('closed')
      expect(other.connection.signalingState).toBe('closed')
      expect(other.command$.observed).toBe(false)
    }
  })

  it('emit nothing after unsubscription, and leave the local tracks alone', async () => {
    const stream = localStream()
    const { offerer, answerer } = openPair({ offerer: stream, answerer: stream })
    await connected(offerer, answerer)
    for (const peer of [offerer, answerer]) peer.subscription.unsubscribe()
    const told = [offerer.events.length, answerer.events.length]
    offerer.command$.next({ type: 'renegotiate' })
    await eventLoopTurn()
    expect([offerer.events.length, answerer.events.length]).toEqual(told)
    expect(stream.getTracks().map(({ readyState }) => readyState)).toEqual(['live', 'live'])
    for (const peer of [offerer, answerer]) {
      expect(peer.connection.signalingState).toBe('closed')
      expect(peer.command$.observed).toBe(false)
    }
  })

  it('connect although every candidate comes before its description', async () => {
    const { offerer, answerer } = openTwo()
    await offerer.saw('candidate', ({ candidate }) => candidate === null)
    for (const candidate of offerer.all('candidate')) answerer.command$.next(candidate)
    await eventLoopTurn()
    expect(answerer.events).toEqual([])
    answerer.command$.next(await offerer.saw('description'))
    await answerer.saw('candidate', ({ candidate }) => candidate === null)
    for (const candidate of answerer.all('candidate')) offerer.command$.next(candidate)
    offerer.command$.next(await answerer.saw('description'))
    await connected(offerer, answerer)
  })

  it('treat repeated signals as one', async () => {
    const pair = openTwo({ offerer: localStream(), answerer: localStream() })
    const { offerer, answerer } = pair
    wire(offerer, answerer, twice)
    wire(answerer, offerer, twice)
    await connected(offerer, answerer)
    answerer.command$.next(await offerer.saw('description'))
    offerer.command$.next(await answerer.saw('description'))
    await expectTalk(pair)
    expect(answerer.all('description')).toHaveLength(1)
    expect(offerer.all('signaling-state').map(({ state }) => state)).toEqual(['have-local-offer', 'stable'])
  })

  it('ignore an answer without an open offer', async () => {
    const pair = openPair()
    const { offerer, answerer } = pair
    await connected(offerer, answerer)
    const { description } = await answerer.saw('description')
    const other = { ...description, sdp: description.sdp.replace(/o=- \d+/, 'o=- 1234') }
    expect(other.sdp).not.toBe(description.sdp)
    for (const peer of [offerer, answerer]) peer.command$.next({ type: 'description', description: other })
    await expectTalk(pair)
    expect(offerer.all('signaling-state').map(({ state }) => state)).toEqual(['have-local-offer', 'stable'])
  })

  it('ignore an offer that crosses their own, with its candidates', async () => {
    const pair = openTwo()
    const { offerer, answerer } = pair
    const rival = openTestPeer(answererPort, { stream: localStream() })
    await rival.saw('candidate', ({ candidate }) => candidate === null)
    await offerer.saw('description')
    offerer.command$.next(await rival.saw('description'))
    for (const candidate of rival.all('candidate')) offerer.command$.next(candidate)
    wire(offerer, answerer)
    wire(answerer, offerer)
    await connected(offerer, answerer)
    await expectTalk(pair)
    expect(offerer.all('signaling-state').map(({ state }) => state)).toEqual(['have-local-offer', 'stable'])
  })

  it('ignore an unknown command', async () => {
    const pair = openPair()
    for (const peer of [pair.offerer, pair.answerer])
      peer.command$.next({ type: 'something-else' } as unknown as PeerCommand)
    await connected(pair.offerer, pair.answerer)
    await expectTalk(pair)
  })

  it.each([
    [
      'an unknown media section',
      { sdpMid: '77', sdpMLineIndex: 77 },
      'candidate:1 1 udp 9 127.0.0.1 5 typ host',
    ],
    ['no media section', {}, 'candidate:1 1 udp 9 127.0.0.1 5 typ host'],
    ['a syntax of its own', { sdpMid: '0', sdpMLineIndex: 0 }, 'nonsense'],
    ['nothing in it', { sdpMid: '0', sdpMLineIndex: 0 }, ''],
    [
      'another generation',
      { sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'gone' },
      'candidate:1 1 udp 9 127.0.0.1 5 typ host ufrag gone',
    ],
  ])('drop a candidate with %s, and continue', async (_what, section, candidate) => {
    const pair = openTwo()
    const bad: PeerCommand = { type: 'candidate', candidate: { candidate, ...section } }
    pair.answerer.command$.next(bad)
    wire(pair.offerer, pair.answerer, (command) => [bad, command, bad])
    wire(pair.answerer, pair.offerer, (command) => [bad, command, bad])
    await connected(pair.offerer, pair.answerer)
    await expectTalk(pair)
  })

  it.each(['offerer', 'answerer'] as const)(
    'end the %s with negotiation-failed on an invalid description',
    async (role) => {
      const peer = openTwo()[role]
      if (role === 'offerer') await peer.saw('description')
      const type = role === 'offerer' ? 'answer' : 'offer'
      peer.command$.next({ type: 'description', description: { type, sdp: 'nonsense' } })
      const { error } = await peer.saw('error')
      expect(error).toMatchObject({ code: 'negotiation-failed' })
      expect(peer.connection.signalingState).toBe('closed')
      expect(peer.command$.observed).toBe(false)
    },
  )

  it('stay open when the commands complete or fail', async () => {
    const { offerer, answerer } = openPair()
    await connected(offerer, answerer)
    answerer.command$.complete()
    offerer.command$.next({ type: 'send', data: 'still here' })
    await answerer.saw('data')
    offerer.command$.error(new Error('broken'))
    await eventLoopTurn()
    expect(offerer.subscription.closed).toBe(false)
    expect(offerer.connection.connectionState).toBe('connected')
  })

  it('report when the other side removes a track', async () => {
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
})
