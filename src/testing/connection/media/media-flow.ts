import type {
  ConnectionStats,
  InboundStats,
  OutboundStats,
  SendingLimits,
} from '../../../core/ports/index.ts'
import { ByteCount } from '../ice/byte-count.ts'
import type { VirtualClock } from '../ice/virtual-clock.ts'
import { FlowCounters } from './flow-counters.ts'
import { flowRates } from './flow-rates.ts'
import type { PathConditions } from './path-conditions.ts'
import type { SentTrack, SentTracks } from './sent-tracks.ts'

/** How far the estimated bitrate is above what is sent. A browser does not try out much more than it needs. */
const ESTIMATE = 1.5
/** About as loud as speech. */
const LEVEL = 0.1

export interface FlowSources {
  readonly clock: VirtualClock
  /** What this side sends now. */
  readonly sent: () => SentTracks
  /** The conditions of the path to the other side. */
  readonly path: () => PathConditions
  /** The flow from the other side. */
  readonly partner: () => MediaFlow | undefined
}

/**
 * The media that one connection sends, as figures. They are counted only when somebody asks or something changes, so
 * they cost no timers. What a track is like when they are counted holds for the time since they were counted last.
 */
export class MediaFlow {
  private readonly counters = { audio: new FlowCounters('audio'), video: new FlowCounters('video') }
  private readonly received: ByteCount
  private readonly sources: FlowSources
  private limits: SendingLimits = {}
  private isUp = false
  private since = 0

  constructor(sources: FlowSources) {
    this.sources = sources
    this.received = new ByteCount(sources.clock)
  }

  /** All bytes of media and data that have arrived, whatever the other side sends. */
  get bytesReceived(): number {
    return this.received.total
  }

  /** Whether this side has a path to the other one. */
  set isFlowing(isUp: boolean) {
    this.count()
    this.sources.partner()?.count()
    this.isUp = isUp
    this.received.isGrowing = isUp
  }

  /** Limits the video from now on. */
  limit(limits: SendingLimits): void {
    this.count()
    this.limits = limits
  }

  /** Counts what has flowed since the last time. Call it before a change. */
  count(): void {
    const { clock, sent, path } = this.sources
    const now = clock.now()
    const ms = now - this.since
    this.since = now
    if (ms <= 0 || !this.isUp || this.sources.partner()?.isUp !== true) return
    const { audio, video } = flowRates(sent(), this.limits, path())
    if (audio) this.counters.audio.add(audio, ms)
    if (video) this.counters.video.add(video, ms)
  }

  /** The figures of this side, as a browser reports them. */
  stats(): ConnectionStats {
    const partner = this.sources.partner()
    this.count()
    partner?.count()
    const { clock, sent, path } = this.sources
    const at = clock.now()
    if (!partner || !this.isUp) return { at, ...this.directions(partner) }
    const [there, back] = [path(), partner.sources.path()]
    const { audio, video } = flowRates(sent(), this.limits, there)
    return {
      at,
      ...this.directions(partner),
      roundTripMs: 2 * clock.times.latencyMs + there.delayMs + back.delayMs,
      availableBitrate: Math.min(there.bitrate, ESTIMATE * ((audio?.bits ?? 0) + (video?.bits ?? 0))),
      path: { relayed: false, protocol: 'udp' },
    }
  }

  private directions(partner: MediaFlow | undefined): Pick<ConnectionStats, 'receiving' | 'sending'> {
    return { receiving: partner?.figures('inbound') ?? {}, sending: this.figures('outbound') }
  }

  /** The figures of what this side sends, as either side sees them. */
  private figures<D extends 'inbound' | 'outbound'>(
    direction: D,
  ): Partial<Record<'audio' | 'video', D extends 'inbound' ? InboundStats : OutboundStats>> {
    const { audio, video } = this.counters
    const { jitterMs } = this.sources.path()
    return {
      ...(audio.isUsed && {
        audio: { ...audio[direction], jitterMs, audioLevel: levelOf(this.sources.sent().audio) },
      }),
      ...(video.isUsed && { video: { ...video[direction], jitterMs } }),
    }
  }
}

/** How loud a track is at this moment. */
function levelOf(track: SentTrack | undefined): number {
  if (!track?.enabled || track.muted || track.readyState === 'ended') return 0
  return track.level ?? LEVEL
}
