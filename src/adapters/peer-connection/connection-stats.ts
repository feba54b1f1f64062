import type { ConnectionStats, InboundStats, OutboundStats } from '../../core/ports/index.ts'
import { networkPath, selectedPair } from './network-path.ts'
import {
  entriesOf,
  entryFor,
  milliseconds,
  numberIn,
  present,
  textIn,
  type StatsEntry,
  type StatsReport,
} from './stats-report.ts'

export type { StatsReport } from './stats-report.ts'

type Kind = 'audio' | 'video'

/**
 * Normalizes a report of `RTCPeerConnection.getStats()` (W3C WebRTC Statistics): {@link ConnectionStats} has no ids and
 * no addresses, and milliseconds where the report has seconds. Also takes a recorded report, as an array or a Map of
 * its dictionaries.
 *
 * A figure that the report lacks is missing. So is one that is not a finite number. Counters are as cumulative as in the
 * report. A kind of media is missing if the report has no stream of it.
 *
 * If the report has several incoming streams of a kind, this takes the one whose latest packet is the newest. Only the
 * latest stream is played: the others are left over from earlier negotiations. A video may be sent in several layers.
 * Their bytes and packets are added up, and the size is that of the biggest.
 *
 * @example
 * const { receiving, path } = connectionStats(await connection.getStats())
 * console.log(receiving.video?.framesDecoded, path?.relayed)
 */
export function connectionStats(report: StatsReport): ConnectionStats {
  const entries = entriesOf(report)
  const pair = selectedPair(entries)
  const figures = present({
    roundTripMs: milliseconds(numberIn(pair, 'currentRoundTripTime')),
    availableBitrate: numberIn(pair, 'availableOutgoingBitrate'),
    path: networkPath(entries, pair),
  })
  return {
    at: takenAt(entries),
    receiving: present({ audio: inbound(entries, 'audio'), video: inbound(entries, 'video') }),
    sending: present({ audio: outbound(entries, 'audio'), video: outbound(entries, 'video') }),
    ...figures,
  }
}

/** The time of the newest entry, because those about the other side have the time of its last report. */
function takenAt(entries: readonly StatsEntry[]): number {
  return entries.reduce((latest, entry) => Math.max(latest, numberIn(entry, 'timestamp') ?? 0), 0)
}

/** The entries of a type and a kind. `mediaType` is the older name of `kind`. */
function streamsOf(entries: readonly StatsEntry[], type: string, kind: Kind): readonly StatsEntry[] {
  return entries.filter((entry) => entry['type'] === type && (entry['kind'] ?? entry['mediaType']) === kind)
}

function inbound(entries: readonly StatsEntry[], kind: Kind): InboundStats | undefined {
  const stream = latestStream(streamsOf(entries, 'inbound-rtp', kind))
  if (stream === undefined) return undefined
  return present({
    bytes: numberIn(stream, 'bytesReceived'),
    packets: numberIn(stream, 'packetsReceived'),
    packetsLost: numberIn(stream, 'packetsLost'),
    jitterMs: milliseconds(numberIn(stream, 'jitter')),
    width: numberIn(stream, 'frameWidth'),
    height: numberIn(stream, 'frameHeight'),
    codec: codecOf(entries, stream),
    audioLevel: numberIn(stream, 'audioLevel'),
    framesDecoded: numberIn(stream, 'framesDecoded'),
    samples: numberIn(stream, 'totalSamplesReceived'),
    concealedSamples: numberIn(stream, 'concealedSamples'),
  })
}

/** The last of the streams with the newest packet, because platforms append new streams. */
function latestStream(streams: readonly StatsEntry[]): StatsEntry | undefined {
  const newest = (stream: StatsEntry): number => numberIn(stream, 'lastPacketReceivedTimestamp') ?? 0
  return streams.reduce<StatsEntry | undefined>(
    (latest, stream) => (latest && newest(latest) > newest(stream) ? latest : stream),
    undefined,
  )
}

function outbound(entries: readonly StatsEntry[], kind: Kind): OutboundStats | undefined {
  const layers = streamsOf(entries, 'outbound-rtp', kind)
  const biggest = layers.reduce<StatsEntry | undefined>(
    (biggest, layer) => (biggest && pixels(biggest) >= pixels(layer) ? biggest : layer),
    undefined,
  )
  if (biggest === undefined) return undefined
  const reports = streamsOf(entries, 'remote-inbound-rtp', kind)
  const source = entryFor(entries, biggest, 'mediaSourceId')
  return present({
    bytes: sum(layers, 'bytesSent'),
    packets: sum(layers, 'packetsSent'),
    packetsLost: sum(reports, 'packetsLost'),
    jitterMs: milliseconds(largest(reports, 'jitter')),
    width: numberIn(biggest, 'frameWidth'),
    height: numberIn(biggest, 'frameHeight'),
    codec: codecOf(entries, biggest),
    audioLevel: numberIn(source, 'audioLevel'),
    // Each layer encodes every frame.
    framesEncoded: largest(layers, 'framesEncoded'),
    roundTripMs: milliseconds(largest(reports, 'roundTripTime')),
    limitation: limitationOf(layers),
  })
}

const pixels = (layer: StatsEntry): number =>
  (numberIn(layer, 'frameWidth') ?? 0) * (numberIn(layer, 'frameHeight') ?? 0)

/** The codec's name, without the kind in front of it: `VP8` for `video/VP8`. */
function codecOf(entries: readonly StatsEntry[], stream: StatsEntry): string | undefined {
  return textIn(entryFor(entries, stream, 'codecId'), 'mimeType')?.replace(/^[^/]*\//, '')
}

/** What limits any of the layers. */
function limitationOf(layers: readonly StatsEntry[]): OutboundStats['limitation'] {
  const reasons = layers.map((layer) => layer['qualityLimitationReason'])
  return (['cpu', 'bandwidth', 'other', 'none'] as const).find((reason) => reasons.includes(reason))
}

function numbers(entries: readonly StatsEntry[], name: string): readonly number[] {
  return entries.flatMap((entry) => numberIn(entry, name) ?? [])
}

function sum(entries: readonly StatsEntry[], name: string): number | undefined {
  const all = numbers(entries, name)
  return all.length === 0 ? undefined : all.reduce((sum, value) => sum + value)
}

function largest(entries: readonly StatsEntry[], name: string): number | undefined {
  const all = numbers(entries, name)
  return all.length === 0 ? undefined : Math.max(...all)
}
