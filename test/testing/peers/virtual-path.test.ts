import { filter, map, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallError } from '../../../src/core/index.ts'
import type { InboundSample, OutboundSample, Sample } from '../../../src/quality/index.ts'
import { fakeTrack, marbles, virtualPeers, type FakeTrack } from '../../../src/testing/index.ts'
import { at } from '../support/linked.ts'
import { measuredPair } from '../support/measured-pair.ts'

const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)

/** What a sample says of the sound and the picture that arrive, in a few words. */
function arriving({ receiving: { audio, video } }: Sample): string {
  const kbits = (sample: InboundSample | undefined) => Math.round((sample?.bitrate ?? 0) / 1_000)
  const lost = Math.round((audio?.loss ?? 0) * 100)
  return `${kbits(audio)} lost ${lost} %, ${kbits(video)} at ${Math.round(video?.framesPerSecond ?? 0)}`
}
const arrivals = (sample$: Observable<Sample>) => sample$.pipe(map(arriving))

describe('a virtual path', () => {
  it.each(['port', 'nativeLike'] as const)('carries sound and picture between peers of %s', (kind) => {
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { sample$, running$ } = measuredPair(env, { alice: peers[kind], bob: peers[kind] })
      const clear = '32 lost 0 %, 1000 at 30'
      expectObservable(running$, '3500ms !')
      expectObservable(arrivals(sample$.alice), '3500ms !').toBe('2001ms c 999ms c', { c: clear })
      expectObservable(arrivals(sample$.bob), '3500ms !').toBe('  2001ms c 999ms c', { c: clear })
    })()
  })

  it(
    'loses and limits what is sent to one user, and what the other one receives stays clear',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { sample$, running$ } = measuredPair(env, {
        alice: peers.of('alice').port,
        bob: peers.of('bob').port,
      })
      const values = {
        c: '32 lost 0 %, 1000 at 30',
        l: '29 lost 10 %, 900 at 27',
        b: '32 lost 0 %, 118 at 20',
      }
      expectObservable(running$, '5500ms !')
      expectObservable(arrivals(sample$.bob), '  5500ms !').toBe('2001ms c 999ms l 999ms b 999ms c', values)
      expectObservable(arrivals(sample$.alice), '5500ms !').toBe('2001ms c 999ms c 999ms c 999ms c', values)
      expectObservable(
        at(env, {
          2001: () => peers.shape({ loss: 0.1 }, 'bob'),
          3001: () => peers.shape({ bitrate: 150_000 }, 'bob'),
          4001: () => peers.shape({}, 'bob'),
        }),
      ).toBe('4001ms |')
    }),
  )

  it(
    'delays both directions, and tells each side of its round trip, jitter and limitation',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { sample$, running$ } = measuredPair(env, {
        alice: peers.of('alice').port,
        bob: peers.of('bob').port,
      })
      const told = ({ roundTripMs, receiving, sending, availableBitrate }: Sample) =>
        [roundTripMs, receiving.audio?.jitterMs, sending.video?.limitation, availableBitrate].join(' ')
      expectObservable(running$, '2500ms !')
      expectObservable(sample$.alice.pipe(map(told)), '2500ms !').toBe('2001ms a', {
        a: '160 0 bandwidth 90000',
      })
      expectObservable(sample$.bob.pipe(map(told)), '  2500ms !').toBe('2001ms b', {
        b: '160 20 none 1548000',
      })
      expectObservable(
        at(env, {
          500: () => {
            peers.shape({ delayMs: 100, jitterMs: 20, bitrate: 90_000 }, 'bob')
            peers.shape({ delayMs: 50 }, 'alice')
          },
        }),
      ).toBe('500ms |')
    }),
  )

  it(
    'freezes the picture while its packets arrive, and conceals what is lost of the sound',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { sample$, running$ } = measuredPair(env, { alice: peers.port, bob: peers.port })
      const seen = ({ receiving: { audio, video } }: Sample) =>
        `${video?.framesPerSecond} of ${Math.round((video?.bitrate ?? 0) / 1_000)}, ${audio?.concealment}`
      expectObservable(running$, '3500ms !')
      expectObservable(sample$.bob.pipe(map(seen)), '3500ms !').toBe('2001ms f 999ms l', {
        f: '0 of 1000, 0',
        l: '24 of 800, 0.2',
      })
      expectObservable(
        at(env, {
          500: () => peers.shape({ frozen: true }),
          2001: () => peers.shape({ loss: 0.2 }),
        }),
      ).toBe('2001ms |')
    }),
  )

  it(
    'carries nothing while it is cut',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { sample$, running$ } = measuredPair(env, { alice: peers.port, bob: peers.port })
      expectObservable(running$, '4500ms !')
      expectObservable(arrivals(sample$.bob), '4500ms !').toBe('2001ms n 999ms c 999ms h', {
        n: '0 lost 0 %, 0 at 0',
        c: '32 lost 0 %, 1000 at 30',
        h: '16 lost 0 %, 500 at 15',
      })
      expectObservable(
        at(env, { 1001: () => peers.cut(), 2001: () => peers.heal(), 3501: () => peers.cut() }),
      ).toBe('3501ms |')
    }),
  )
})

describe('what a virtual peer sends', () => {
  it(
    'is limited by the command, and lifted again',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { sample$, command$, running$ } = measuredPair(env, { alice: peers.port, bob: peers.nativeLike })
      const sent = ({ sending: { video } }: Sample) => words(video)
      expectObservable(running$, '4500ms !')
      expectObservable(sample$.alice.pipe(map(sent)), '4500ms !').toBe('2001ms a 999ms b 999ms c', {
        a: '400 at 30, 640x480, none',
        b: '83 at 10, 320x240, none',
        c: '1000 at 30, 640x480, none',
      })
      expectObservable(
        at(env, {
          1000: () => command$.alice.next({ type: 'limit', limits: { maxBitrate: 400_000 } }),
          2000: () => command$.alice.next({ type: 'limit', limits: { maxFramerate: 10, scaleDown: 2 } }),
          3000: () => command$.alice.next({ type: 'limit', limits: {} }),
        }),
      ).toBe('3s |')
    }),
  )

  it(
    'stays as it is if limits are refused, and the peer reports why',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env, {}, { refusesLimits: true })
      const { sample$, command$, event$, running$ } = measuredPair(env, {
        alice: peers.nativeLike,
        bob: peers.port,
      })
      const error = new CallError('not-supported', 'virtual peers were told to refuse limits')
      expectObservable(running$, '2500ms !')
      expectObservable(event$.alice.pipe(filter(({ type }) => type === 'error')), '2500ms !').toBe(
        '1001ms e',
        {
          e: { type: 'error', error },
        },
      )
      expectObservable(arrivals(sample$.bob), '2500ms !').toBe('2001ms c', { c: '32 lost 0 %, 1000 at 30' })
      expectObservable(
        at(env, { 1000: () => command$.alice.next({ type: 'limit', limits: { maxBitrate: 400_000 } }) }),
      ).toBe('1s |')
    }),
  )

  it(
    'is black if the camera is muted, and stops with the system, with its track and with nothing to send',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { sample$, stream, command$, running$ } = measuredPair(env, {
        alice: peers.port,
        bob: peers.port,
      })
      const [camera] = stream.alice.getVideoTracks() as unknown as FakeTrack[]
      const next = fakeTrack('next', 'video') as unknown as MediaStreamTrack
      const change = (to: Partial<FakeTrack>) => () => camera && Object.assign(camera, to)
      expectObservable(running$, '6500ms !')
      expectObservable(arrivals(sample$.bob), '6500ms !').toBe('2001ms b 999ms n 999ms n 999ms n 999ms c', {
        b: '32 lost 0 %, 20 at 30',
        n: '32 lost 0 %, 0 at 0',
        c: '32 lost 0 %, 1000 at 30',
      })
      expectObservable(
        at(env, {
          1002: change({ enabled: false }),
          2002: change({ enabled: true, muted: true }),
          3002: change({ muted: false, readyState: 'ended' }),
          4000: () => command$.alice.next({ type: 'track', kind: 'video', track: null }),
          5000: () => command$.alice.next({ type: 'track', kind: 'video', track: next }),
        }),
      ).toBe('5s |')
    }),
  )

  it(
    'has the level of the microphone, and none while it is muted',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { sample$, stream, running$ } = measuredPair(env, { alice: peers.port, bob: peers.port })
      const [microphone] = stream.alice.getAudioTracks() as unknown as FakeTrack[]
      const levels = ({ sending, receiving }: Sample) =>
        [sending, receiving].map(({ audio }) => audio?.audioLevel).join(' ')
      expectObservable(running$, '4500ms !')
      expectObservable(sample$.bob.pipe(map(levels)), '4500ms !').toBe('2001ms s 999ms l 999ms m', {
        s: '0.1 0.1',
        l: '0.1 0.7',
        m: '0.1 0',
      })
      expectObservable(
        at(env, {
          2500: () => microphone && Object.assign(microphone, { level: 0.7 }),
          3500: () => microphone && Object.assign(microphone, { enabled: false }),
        }),
      ).toBe('3500ms |')
    }),
  )

  it(
    'is not told by peers like simple-peer, which have no figures',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { simplePeerLike } = virtualPeers(env)
      const { sample$, running$ } = measuredPair(env, { alice: simplePeerLike, bob: simplePeerLike })
      expectObservable(running$, '3s !')
      expectObservable(sample$.alice, '3s !').toBe('---')
    }),
  )
})

function words(video: OutboundSample | undefined): string {
  const { bitrate = 0, framesPerSecond = 0, width = 0, height = 0, limitation = '' } = video ?? {}
  return `${Math.round(bitrate / 1_000)} at ${Math.round(framesPerSecond)}, ${width}x${height}, ${limitation}`
}
