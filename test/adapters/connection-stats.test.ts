import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { connectionStats } from '../../src/adapters/native-peer.ts'

type Entry = Readonly<Record<string, unknown>>

/** A report that a browser gave in a call, without addresses and credentials: one dictionary in each line. */
const recorded = (name: string): readonly Entry[] =>
  readFileSync(new URL(`../fixtures/stats/${name}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry)

describe('connectionStats on a recorded report', () => {
  it('of Chromium 156, relayed over TCP, has every figure', () => {
    expect(connectionStats(recorded('chromium-relayed-over-tcp'))).toEqual({
      at: 1796089411687.704,
      receiving: {
        audio: {
          bytes: 17242,
          packets: 295,
          packetsLost: 0,
          jitterMs: 1,
          codec: 'opus',
          // Nothing plays the sound.
          audioLevel: 0,
          samples: 0,
          concealedSamples: 0,
        },
        video: {
          bytes: 353386,
          packets: 380,
          packetsLost: 0,
          jitterMs: 3,
          width: 640,
          height: 480,
          codec: 'VP8',
          framesDecoded: 116,
        },
      },
      sending: {
        audio: {
          bytes: 17242,
          packets: 295,
          packetsLost: 0,
          jitterMs: 1.5,
          codec: 'opus',
          audioLevel: 0.249977111117893,
          roundTripMs: 1.968,
        },
        video: {
          bytes: 351936,
          packets: 378,
          packetsLost: 0,
          jitterMs: 2.377,
          width: 640,
          height: 480,
          codec: 'VP8',
          framesEncoded: 116,
          roundTripMs: 7.675,
          limitation: 'none',
        },
      },
      roundTripMs: 1,
      availableBitrate: 1804000,
      path: { relayed: true, protocol: 'tcp' },
    })
  })

  it('of Firefox 153 lacks the bandwidth, the limitation and the level of sent sound', () => {
    expect(connectionStats(recorded('firefox'))).toEqual({
      at: 1796089248166,
      receiving: {
        audio: {
          bytes: 47977,
          packets: 297,
          packetsLost: 0,
          jitterMs: 5,
          codec: 'opus',
          audioLevel: 0.10199285866878262,
          samples: 285120,
          concealedSamples: 480,
        },
        video: {
          bytes: 161370,
          packets: 176,
          packetsLost: 0,
          jitterMs: 2.267,
          width: 480,
          height: 360,
          codec: 'VP8',
          framesDecoded: 175,
        },
      },
      sending: {
        // Its sound has had no round trip yet.
        audio: { bytes: 47977, packets: 297, packetsLost: 0, jitterMs: 5.666, codec: 'opus' },
        video: {
          bytes: 185454,
          packets: 238,
          packetsLost: 0,
          jitterMs: 2.7,
          width: 640,
          height: 480,
          codec: 'VP8',
          framesEncoded: 171,
          roundTripMs: 1,
        },
      },
      roundTripMs: 0,
      path: { relayed: false, protocol: 'udp' },
    })
  })

  it('of the old libwebrtc in @roamhq/wrtc ignores the deprecated statistics of tracks', () => {
    expect(connectionStats(recorded('roamhq-wrtc'))).toEqual({
      at: 1796089282391.611,
      receiving: {
        audio: {
          bytes: 24294,
          packets: 292,
          packetsLost: 0,
          jitterMs: 0,
          codec: 'opus',
          audioLevel: 0.24625385296182134,
          samples: 286240,
          concealedSamples: 1120,
        },
        video: {
          bytes: 10948,
          packets: 150,
          packetsLost: 0,
          jitterMs: 0,
          width: 320,
          height: 240,
          codec: 'VP8',
          framesDecoded: 149,
        },
      },
      sending: {
        audio: {
          bytes: 27078,
          packets: 292,
          packetsLost: 0,
          jitterMs: 0.438,
          codec: 'opus',
          audioLevel: 0.24414807580797754,
          roundTripMs: 1,
        },
        video: {
          bytes: 13236,
          packets: 167,
          packetsLost: 0,
          jitterMs: 0.4,
          width: 320,
          height: 240,
          codec: 'VP8',
          framesEncoded: 150,
          roundTripMs: 1,
          limitation: 'none',
        },
      },
      roundTripMs: 0,
      availableBitrate: 3158000,
      path: { relayed: false, protocol: 'udp' },
    })
  })

  it('is the same for a Map, as an RTCStatsReport is', () => {
    const report = recorded('firefox')
    const map = new Map(report.map((entry) => [entry['id'], entry]))
    expect(connectionStats(map)).toEqual(connectionStats(report))
  })
})

const empty = { at: 0, receiving: {}, sending: {} }

describe('connectionStats', () => {
  it('leaves out what the report lacks, and what is not a number', () => {
    expect(connectionStats([])).toEqual(empty)
    expect(
      connectionStats([
        null,
        'no dictionary',
        { type: 'inbound-rtp', kind: 'audio', bytesReceived: '12', jitter: NaN, packetsReceived: Infinity },
        { type: 'outbound-rtp', kind: 'video', frameWidth: null, qualityLimitationReason: 'weather' },
        { type: 'outbound-rtp', kind: 'smell', bytesSent: 1 },
      ]),
    ).toEqual({ at: 0, receiving: { audio: {} }, sending: { video: {} } })
  })

  it('keeps a reported 0', () => {
    const stream = { type: 'inbound-rtp', kind: 'video', packetsLost: 0, jitter: 0, framesDecoded: 0 }
    expect(connectionStats([stream]).receiving.video).toEqual({
      packetsLost: 0,
      jitterMs: 0,
      framesDecoded: 0,
    })
  })

  it('takes the older mediaType for the kind', () => {
    const stream = { type: 'inbound-rtp', mediaType: 'audio', bytesReceived: 5 }
    expect(connectionStats([stream]).receiving).toEqual({ audio: { bytes: 5 } })
  })

  it('takes the incoming stream with the newest packet, or the last one', () => {
    const stream = (bytesReceived: number, lastPacketReceivedTimestamp?: number) => ({
      type: 'inbound-rtp',
      kind: 'video',
      bytesReceived,
      lastPacketReceivedTimestamp,
    })
    const bytes = (...streams: readonly object[]) => connectionStats(streams).receiving.video?.bytes
    expect(bytes(stream(9000, 10), stream(50, 30), stream(70, 20))).toBe(50)
    expect(bytes(stream(9000), stream(50))).toBe(50)
    expect(bytes(stream(50, 30), stream(0))).toBe(50)
  })

  it('adds up the layers of a video, and takes the size and codec of the biggest', () => {
    const layer = (scale: number, bytesSent: number, reason: string, codecId: string) => ({
      type: 'outbound-rtp',
      kind: 'video',
      bytesSent,
      packetsSent: 10,
      framesEncoded: 100 / scale,
      frameWidth: 1280 / scale,
      frameHeight: 720 / scale,
      qualityLimitationReason: reason,
      codecId,
    })
    const report = (packetsLost: number, roundTripTime: number) => ({
      type: 'remote-inbound-rtp',
      kind: 'video',
      packetsLost,
      jitter: roundTripTime / 10,
      roundTripTime,
    })
    const stats = connectionStats([
      layer(4, 100, 'none', 'a'),
      layer(1, 2000, 'bandwidth', 'b'),
      layer(2, 400, 'none', 'a'),
      report(3, 0.02),
      report(4, 0.1),
      { type: 'codec', id: 'a', mimeType: 'video/VP8' },
      { type: 'codec', id: 'b', mimeType: 'video/AV1' },
    ])
    expect(stats.sending.video).toEqual({
      bytes: 2500,
      packets: 30,
      packetsLost: 7,
      jitterMs: 10,
      width: 1280,
      height: 720,
      codec: 'AV1',
      framesEncoded: 100,
      roundTripMs: 100,
      limitation: 'bandwidth',
    })
  })
})

describe('the path in connectionStats', () => {
  const pair = (id: string, rest: object) => ({
    type: 'candidate-pair',
    id,
    localCandidateId: `${id}-local`,
    remoteCandidateId: `${id}-remote`,
    ...rest,
  })
  const ends = (id: string, local: object, remote: object) => [
    { type: 'local-candidate', id: `${id}-local`, ...local },
    { type: 'remote-candidate', id: `${id}-remote`, ...remote },
  ]
  const host = { candidateType: 'host', protocol: 'udp' }
  const tcp = { candidateType: 'host', protocol: 'tcp' }
  const relay = { candidateType: 'relay', protocol: 'udp' }
  const succeeded = { nominated: true, state: 'succeeded' }
  const pathOf = (...report: readonly object[]) => connectionStats(report).path

  it.each([
    ['direct', host, host, { relayed: false, protocol: 'udp' }],
    ['direct over TCP', tcp, tcp, { relayed: false, protocol: 'tcp' }],
    ['relayed over TLS', { ...relay, relayProtocol: 'tls' }, host, { relayed: true, protocol: 'tls' }],
    ['relayed at the other side', host, relay, { relayed: true, protocol: 'udp' }],
    ['relayed, in an unknown way', relay, host, { relayed: true }],
    ['over an unknown protocol', { ...host, protocol: 'sctp' }, host, { relayed: false }],
  ])('is %s', (_, local, remote, expected) => {
    expect(pathOf(pair('p', succeeded), ...ends('p', local, remote))).toEqual(expected)
  })

  it('is that of the pair that the transport names', () => {
    const transport = { type: 'transport', selectedCandidatePairId: 'p' }
    const others = [pair('q', succeeded), ...ends('q', relay, relay)]
    expect(pathOf(pair('p', {}), ...ends('p', host, host), ...others, transport)).toEqual({
      relayed: false,
      protocol: 'udp',
    })
  })

  it('is that of the pair that older Firefox marks', () => {
    const marked = [pair('p', { ...succeeded, selected: true }), ...ends('p', host, host)]
    const others = [pair('q', { ...succeeded, selected: false }), ...ends('q', relay, relay)]
    expect(pathOf(...marked, ...others)).toEqual({ relayed: false, protocol: 'udp' })
  })

  it('is missing while no pair is in use', () => {
    expect(pathOf(pair('p', { state: 'waiting' }), ...ends('p', host, host))).toBeUndefined()
    expect(pathOf(pair('p', succeeded))).toBeUndefined()
  })
})
