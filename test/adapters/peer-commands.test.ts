import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import wrtc from '@roamhq/wrtc'
import { describe, expect, it } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import type { PeerCommand } from '../../src/core/ports/index.ts'
import { framesOf, localTrack } from './support/media.ts'
import { localStream, openTestPeer, wire, type NewPort, type TestPeer } from './support/test-peer.ts'

const native: NewPort = (webRtc) => nativePeer({ wrtc: webRtc })
const simple: NewPort = (wrtc) => simplePeer({ wrtc })

interface Pair {
  readonly offerer: TestPeer
  readonly answerer: TestPeer
}

const roles = ['offerer', 'answerer'] as const
const connected = ({ offerer, answerer }: Pair) =>
  Promise.all([offerer, answerer].map((peer) => peer.saw('data-open')))
const sdpsOf = (peer: TestPeer) => peer.all('description').map(({ description }) => description.sdp)
const ufragOf = (sdp: string) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1]
const isVideo = ({ track }: { readonly track: MediaStreamTrack }) => track.kind === 'video'
const isAudio = ({ track }: { readonly track: MediaStreamTrack }) => track.kind === 'audio'
const sending = (track: MediaStreamTrack): PeerCommand => ({
  type: 'track',
  kind: track.kind as 'audio' | 'video',
  track,
})
const sendingNo = (kind: 'audio' | 'video'): PeerCommand => ({ type: 'track', kind, track: null })

/** The sending side and the other one. */
const sides = ({ offerer, answerer }: Pair, role: (typeof roles)[number]) =>
  role === 'offerer' ? { sender: offerer, receiver: answerer } : { sender: answerer, receiver: offerer }

async function expectTalk({ offerer, answerer }: Pair) {
  const ask = `from the offerer after ${answerer.events.length}`
  const reply = `from the answerer after ${offerer.events.length}`
  offerer.command$.next({ type: 'send', data: ask })
  answerer.command$.next({ type: 'send', data: reply })
  await answerer.saw('data', ({ data }) => data === ask)
  await offerer.saw('data', ({ data }) => data === reply)
  for (const { events } of [offerer, answerer])
    expect(events.filter(({ type }) => type === 'error' || type === 'complete')).toEqual([])
}

describe.each([
  { newPort: native, name: 'a native peer' },
  { newPort: simple, name: 'a simple-peer' },
])('$name', ({ newPort }) => {
  it('fails when its connection throws at an ICE restart', async () => {
    class Throwing extends wrtc.RTCPeerConnection {
      override restartIce() {
        throw new Error('not today')
      }
    }
    const peer = openTestPeer(newPort, {}, { RTCPeerConnection: Throwing })
    peer.command$.next({ type: 'restart' })
    expect((await peer.saw('error')).error).toMatchObject({
      code: 'connection-failed',
      message: expect.stringContaining('not today') as unknown,
    })
  })

  it('ignores a restart when its connection has none, and carries out later commands', async () => {
    class Old extends wrtc.RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        return new Proxy(this, {
          has: (target, name) => name !== 'restartIce' && name in target,
          get(target, name): unknown {
            const value: unknown = name === 'restartIce' ? undefined : Reflect.get(target, name)
            return typeof value === 'function' ? value.bind(target) : value
          },
          set: (target, name, value) => Reflect.set(target, name, value),
        })
      }
    }
    const peer = openTestPeer(newPort, {}, { RTCPeerConnection: Old })
    await peer.saw('description')
    peer.command$.next({ type: 'restart' })
    peer.command$.next({ type: 'measure' })
    await peer.saw('received')
    expect(peer.all('error')).toEqual([])
  })
})

describe.each([
  { offererPort: native, answererPort: native, name: 'native peers' },
  { offererPort: simple, answererPort: simple, name: 'simple-peers' },
  { offererPort: native, answererPort: simple, name: 'a native offerer and a simple-peer answerer' },
  { offererPort: simple, answererPort: native, name: 'a simple-peer offerer and a native answerer' },
])('$name', ({ offererPort, answererPort }) => {
  function openTwo(streams: { readonly offerer?: MediaStream; readonly answerer?: MediaStream } = {}): Pair {
    return {
      offerer: openTestPeer(offererPort, { role: 'offerer', stream: streams.offerer ?? null }),
      answerer: openTestPeer(answererPort, { role: 'answerer', stream: streams.answerer ?? null }),
    }
  }

  function openPair(streams: Parameters<typeof openTwo>[0] = {}): Pair {
    const pair = openTwo(streams)
    wire(pair.offerer, pair.answerer)
    wire(pair.answerer, pair.offerer)
    return pair
  }

  /** Resolves once both sides have settled, with this number of offers and answers in all. */
  async function expectAgreed({ offerer, answerer }: Pair, rounds: number) {
    await answerer.saw('description', () => answerer.all('description').length === rounds)
    await offerer.saw('signaling-state', () => offerer.connection.signalingState === 'stable')
    await expectTalk({ offerer, answerer })
    expect([offerer, answerer].map((peer) => peer.all('description').length)).toEqual([rounds, rounds])
  }

  describe('a restart', () => {
    it('brings new credentials on both sides, and keeps the connection', async () => {
      const pair = openPair({ offerer: localStream(), answerer: localStream() })
      const { offerer, answerer } = pair
      await connected(pair)
      offerer.command$.next({ type: 'restart' })
      await expectAgreed(pair, 2)
      for (const peer of [offerer, answerer]) expect(new Set(sdpsOf(peer).map(ufragOf)).size).toBe(2)
      expect(answerer.all('track-added')).toHaveLength(2)
    })

    it('can be repeated', async () => {
      const pair = openPair()
      await connected(pair)
      for (const rounds of [2, 3, 4]) {
        pair.offerer.command$.next({ type: 'restart' })
        await expectAgreed(pair, rounds)
      }
      for (const peer of [pair.offerer, pair.answerer])
        expect(new Set(sdpsOf(peer).map(ufragOf)).size).toBe(4)
    })

    it('waits for the negotiation that is open, and brings new credentials after it', async () => {
      const pair = openTwo()
      const { offerer, answerer } = pair
      wire(offerer, answerer, (command) => {
        if (command.type === 'description' && offerer.all('description').length === 1)
          for (let times = 0; times < 3; times++) offerer.command$.next({ type: 'restart' })
        return [command]
      })
      wire(answerer, offerer)
      await connected(pair)
      await expectAgreed(pair, 2)
      const [first = '', last = ''] = sdpsOf(offerer)
      expect(ufragOf(last)).not.toBe(ufragOf(first))
    })

    it('is ignored by the answerer', async () => {
      const pair = openPair()
      await connected(pair)
      pair.answerer.command$.next({ type: 'restart' })
      await expectAgreed(pair, 1)
      expect(pair.answerer.all('renegotiate')).toEqual([])
    })

    it('accepts candidates that come before its answer', async () => {
      const pair = openTwo()
      const { offerer, answerer } = pair
      wire(offerer, answerer)
      const held: PeerCommand[] = []
      wire(answerer, offerer, (command) => {
        if (answerer.all('description').length < 2) return [command]
        if (command.type === 'description') held.push(command)
        if (command.type !== 'candidate' || command.candidate !== null)
          return held.includes(command) ? [] : [command]
        return [command, ...held]
      })
      await connected(pair)
      const before = offerer.all('candidate').length
      offerer.command$.next({ type: 'restart' })
      await expectAgreed(pair, 2)
      expect(offerer.all('candidate').length).toBeGreaterThan(before)
    })
  })

  describe.each(roles)('tracks of the %s', (role) => {
    it('may add the first video later, in the stream of the audio', async () => {
      const pair = openPair({ [role]: localStream(['audio']) })
      const { sender, receiver } = sides(pair, role)
      await connected(pair)
      const audio = await receiver.saw('track-added', isAudio)
      sender.command$.next(sending(localTrack({ luma: 200 })))
      const video = await receiver.saw('track-added', isVideo)
      expect(video.stream).toBe(audio.stream)
      expect(video.stream.getTracks()).toContain(video.track)
      await framesOf(video.track).saw(200)
      await expectAgreed(pair, 2)
      expect(pair.answerer.all('renegotiate')).toHaveLength(role === 'answerer' ? 1 : 0)
      expect(pair.offerer.all('renegotiate')).toEqual([])
    })

    it('of a side that began without a stream share one', async () => {
      const pair = openPair()
      const { sender, receiver } = sides(pair, role)
      await connected(pair)
      for (const track of localStream().getTracks()) sender.command$.next(sending(track))
      const video = await receiver.saw('track-added', isVideo)
      const audio = await receiver.saw('track-added', isAudio)
      expect(video.stream).toBe(audio.stream)
      await expectTalk(pair)
    })

    it('can be replaced without a new offer', async () => {
      const pair = openPair({ [role]: localStream(['audio']) })
      const { sender, receiver } = sides(pair, role)
      await connected(pair)
      const [first, second] = [localTrack({ luma: 200 }), localTrack({ luma: 50 })]
      sender.command$.next(sending(first))
      const frames = framesOf((await receiver.saw('track-added', isVideo)).track)
      await frames.saw(200)
      sender.command$.next(sending(second))
      await frames.saw(50)
      sender.command$.next(sendingNo('video'))
      sender.command$.next(sending(first))
      await frames.saw(200)
      await expectAgreed(pair, 2)
      expect(receiver.all('track-removed')).toEqual([])
      expect([first.readyState, second.readyState]).toEqual(['live', 'live'])
    })

    it('of the first description can be replaced, and removed and restored, without another one', async () => {
      const stream = localStream()
      const pair = openPair({ [role]: stream })
      const { sender, receiver } = sides(pair, role)
      await connected(pair)
      const frames = framesOf((await receiver.saw('track-added', isVideo)).track)
      for (const kind of ['audio', 'video'] as const) sender.command$.next(sendingNo(kind))
      await expectTalk(pair)
      const sent = () => sender.connection.getSenders().map(({ track }) => track)
      expect(sent().filter((track) => track !== null)).toEqual([])
      sender.command$.next(sending(localTrack({ luma: 120 })))
      await frames.saw(120)
      await expectAgreed(pair, 1)
      expect(stream.getTracks().map(({ readyState }) => readyState)).toEqual(['live', 'live'])
    })

    it('that never existed can be removed without effect', async () => {
      const pair = openPair()
      const { sender } = sides(pair, role)
      await connected(pair)
      sender.command$.next(sendingNo('video'))
      await expectAgreed(pair, 1)
      expect(pair.answerer.all('renegotiate')).toEqual([])
    })

    it('of another kind keep the earlier ones', async () => {
      const pair = openPair({ [role]: localStream(['audio']) })
      const { sender, receiver } = sides(pair, role)
      await connected(pair)
      const [audio] = localStream(['audio']).getTracks()
      const video = localTrack({ luma: 200 })
      if (audio === undefined) throw new Error('there is no audio')
      sender.command$.next({ type: 'track', kind: 'video', track: audio })
      sender.command$.next(sending(video))
      sender.command$.next({ type: 'track', kind: 'video', track: audio })
      const frames = framesOf((await receiver.saw('track-added', isVideo)).track)
      await frames.saw(200)
      await expectAgreed(pair, 2)
    })

    it('that are added at once are in the first description', async () => {
      const pair = openTwo()
      const { sender, receiver } = sides(pair, role)
      sender.command$.next(sending(localTrack({ luma: 200 })))
      wire(pair.offerer, pair.answerer)
      wire(pair.answerer, pair.offerer)
      await framesOf((await receiver.saw('track-added', isVideo)).track).saw(200)
      await connected(pair)
      expect(pair.answerer.all('renegotiate')).toEqual([])
    })
  })

  it('a track of the answerer that comes before the first offer is in the first answer', async () => {
    const pair = openTwo()
    const { offerer, answerer } = pair
    await offerer.saw('description')
    answerer.command$.next(sending(localTrack({ luma: 200 })))
    wire(offerer, answerer)
    wire(answerer, offerer)
    await framesOf((await offerer.saw('track-added', isVideo)).track).saw(200)
    await connected(pair)
    await expectAgreed(pair, 1)
    expect(answerer.all('renegotiate')).toEqual([])
  })

  describe('a measurement', () => {
    it('emits how many bytes have arrived, each time it is requested', async () => {
      const pair = openPair()
      await connected(pair)
      for (const { sender, receiver } of roles.map((role) => sides(pair, role))) {
        receiver.command$.next({ type: 'measure' })
        const before = (await receiver.saw('received')).bytes
        expect(before).toBeGreaterThanOrEqual(0)
        sender.command$.next({ type: 'send', data: 'x'.repeat(10_000) })
        await receiver.saw('data', ({ data }) => String(data).length === 10_000)
        // libwebrtc takes its statistics at most every 50 ms.
        let measured = 1
        for (let bytes = before; bytes < before + 10_000; measured++) {
          receiver.command$.next({ type: 'measure' })
          const event = await receiver.saw('received', () => receiver.all('received').length === measured + 1)
          bytes = receiver.all('received').at(-1)?.bytes ?? event.bytes
        }
        expect(receiver.all('received')).toHaveLength(measured)
      }
    })

    it('emits nothing after unsubscription', async () => {
      const pair = openPair({ offerer: localStream(), answerer: localStream() })
      await connected(pair)
      for (const peer of [pair.offerer, pair.answerer]) {
        const told = peer.events.length
        peer.command$.next({ type: 'measure' })
        peer.command$.next(sending(localTrack({ luma: 1 })))
        peer.command$.next({ type: 'restart' })
        peer.subscription.unsubscribe()
        for (let turn = 0; turn < 20; turn++) await eventLoopTurn()
        expect(peer.events).toHaveLength(told)
      }
    })
  })
})
