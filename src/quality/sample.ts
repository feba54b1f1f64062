import type { ConnectionStats, InboundStats, NetworkPath, OutboundStats } from '../core/index.ts'

/** One kind of media that arrives, over the time since the sample before. */
export interface InboundSample {
  /** In bits a second. */
  readonly bitrate?: number
  /** The share of packets that was lost, from 0 to 1. */
  readonly loss?: number
  readonly jitterMs?: number
  readonly framesPerSecond?: number
  /** The size of the latest frame, in pixels. */
  readonly width?: number
  readonly height?: number
  /** How often the picture has stood still so far: a sample without a frame after one with frames. */
  readonly freezes?: number
  /** The name of the codec, such as `opus` or `VP8`. */
  readonly codec?: string
  /** How loud the sound is at this moment, from 0 to 1. */
  readonly audioLevel?: number
  /** The share of the sound that was invented because of loss or delay, from 0 to 1. */
  readonly concealment?: number
}

/** One kind of media that is sent, over the time since the sample before. */
export interface OutboundSample {
  /** In bits a second. */
  readonly bitrate?: number
  /** The share of packets that was lost, from 0 to 1, by the other side's reports (RFC 3550, 6.4.1). */
  readonly loss?: number
  readonly jitterMs?: number
  readonly roundTripMs?: number
  readonly framesPerSecond?: number
  readonly width?: number
  readonly height?: number
  readonly codec?: string
  readonly audioLevel?: number
  /** Why the encoder reduces quality; `none` if it does not. */
  readonly limitation?: OutboundStats['limitation']
}

/** The figures of a call's media at one moment. A figure that the browser does not report is missing; it is never 0. */
export interface Sample {
  /** When it was taken, in milliseconds. Only differences matter, because each platform has its own origin. */
  readonly at: number
  readonly receiving: { readonly audio?: InboundSample; readonly video?: InboundSample }
  readonly sending: { readonly audio?: OutboundSample; readonly video?: OutboundSample }
  /** The time to the other side and back, in milliseconds. */
  readonly roundTripMs?: number
  /** The bitrate that the browser believes it can send, in bits a second. */
  readonly availableBitrate?: number
  readonly path?: NetworkPath
}

/**
 * The sample between two reports of the same peer connection. Pure. Without an earlier report, only the figures of the
 * moment are known: levels, sizes, codecs, the path and the round trip. Pass the sample before to go on counting
 * freezes.
 *
 * A kind that the earlier report lacks began at 0. So did a counter that has become smaller. The count of lost packets is an exception, because a late
 * packet lowers it.
 *
 * @example
 * sampleBetween(before, after).receiving.video?.bitrate // 812_000
 */
export function sampleBetween(
  before: ConnectionStats | undefined,
  after: ConnectionStats,
  previous?: Sample,
): Sample {
  const ms = before ? after.at - before.at : 0
  const kinds = ['audio', 'video'] as const
  const { roundTripMs, availableBitrate, path } = after
  return {
    at: after.at,
    receiving: Object.fromEntries(
      kinds.flatMap((kind) => {
        const stats = after.receiving[kind]
        return stats
          ? [[kind, inbound(before && (before.receiving[kind] ?? {}), stats, ms, previous?.receiving[kind])]]
          : []
      }),
    ),
    sending: Object.fromEntries(
      kinds.flatMap((kind) => {
        const stats = after.sending[kind]
        return stats ? [[kind, outbound(before && (before.sending[kind] ?? {}), stats, ms)]] : []
      }),
    ),
    ...present({ roundTripMs, availableBitrate, path }),
  }
}

function inbound(
  before: InboundStats | undefined,
  after: InboundStats,
  ms: number,
  previous: InboundSample | undefined,
): InboundSample {
  const grown = growth(before, after)
  const {
    bytes: _,
    packets: _p,
    packetsLost: _l,
    framesDecoded,
    samples: _s,
    concealedSamples: _c,
    ...moment
  } = after
  const [lost, packets] = [grown('packetsLost'), grown('packets')]
  const framesPerSecond = perSecond(grown('framesDecoded'), ms)
  const stopped = framesPerSecond === 0 && (previous?.framesPerSecond ?? 0) > 0
  return present({
    ...moment,
    bitrate: perSecond(grown('bytes'), ms, 8),
    loss: lost === undefined || packets === undefined ? undefined : share(lost, lost + packets),
    framesPerSecond,
    freezes: framesDecoded === undefined ? undefined : (previous?.freezes ?? 0) + (stopped ? 1 : 0),
    concealment: share(grown('concealedSamples'), grown('samples')),
  })
}

function outbound(before: OutboundStats | undefined, after: OutboundStats, ms: number): OutboundSample {
  const grown = growth(before, after)
  const { bytes: _, packets: _p, packetsLost: _l, framesEncoded: _f, ...moment } = after
  return present({
    ...moment,
    bitrate: perSecond(grown('bytes'), ms, 8),
    loss: share(grown('packetsLost'), grown('packets')),
    framesPerSecond: perSecond(grown('framesEncoded'), ms),
  })
}

/** By how much each counter has grown since `before`; undefined if that is not known. */
function growth<T extends object>(before: T | undefined, after: T) {
  const value = (stats: T, key: string): number | undefined => {
    const figure: unknown = Reflect.get(stats, key)
    return typeof figure === 'number' ? figure : undefined
  }
  return (key: keyof T & string): number | undefined => {
    if (!before) return undefined
    const [from, to] = [value(before, key), value(after, key)]
    if (to === undefined) return undefined
    if (key === 'packetsLost') {
      const restarted = (value(after, 'packets') ?? 0) < (value(before, 'packets') ?? 0)
      return Math.max(0, restarted ? to : to - (from ?? 0))
    }
    return to < (from ?? 0) ? to : to - (from ?? 0)
  }
}

const perSecond = (count: number | undefined, ms: number, times = 1): number | undefined =>
  count === undefined || ms <= 0 ? undefined : (count * times * 1_000) / ms

const share = (part: number | undefined, whole: number | undefined): number | undefined =>
  part === undefined || whole === undefined || whole <= 0 ? undefined : Math.min(1, part / whole)

/** Without the figures that are undefined, so that a sample is plain data. */
function present<T extends object>(figures: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
