import type { SendingLimits } from '../../../core/ports/index.ts'
import type { PathConditions } from './path-conditions.ts'
import type { SentTrack, SentTracks } from './sent-tracks.ts'

/** What one kind of media does in a second, and what its latest frame is like. */
export interface FlowRate {
  readonly bits: number
  readonly packets: number
  /** The share of the packets that is lost on the way. */
  readonly loss: number
  readonly framesEncoded: number
  readonly framesDecoded: number
  readonly width?: number
  readonly height?: number
  /** Whether the path leaves less room than the encoder needs. */
  readonly isLimited: boolean
}

/** What is sent over a path; undefined for a kind that is not. */
export interface FlowRates {
  readonly audio: FlowRate | undefined
  readonly video: FlowRate | undefined
}

const AUDIO_BITS = 32_000
const AUDIO_PACKETS = 50
const VIDEO_BITS = 1_000_000
/** A disabled track sends black, which costs almost nothing. */
const BLACK_BITS = 20_000
const PACKET_BITS = 8_000
const FRAMES = 30
const [WIDTH, HEIGHT] = [640, 480]

/** How an encoder uses little room. From `bits` on, it divides the size by `scale`, and sends `frames` a second. */
const encodings = [
  { bits: 300_000, scale: 1, frames: 30 },
  { bits: 100_000, scale: 2, frames: 20 },
  { bits: 50_000, scale: 2, frames: 10 },
  { bits: 0, scale: 4, frames: 5 },
] as const

/** The rates of what is sent now over a path like this. Pure. Sound has precedence over the picture. */
export function flowRates(
  { audio, video }: SentTracks,
  limits: SendingLimits,
  path: PathConditions,
): FlowRates {
  const sound = audio && audioRate(audio, path)
  const room = Math.max(0, path.bitrate - (sound?.bits ?? 0))
  return { audio: sound, video: video && videoRate(video, limits, room, path) }
}

function audioRate({ readyState }: SentTrack, { bitrate, loss }: PathConditions): FlowRate | undefined {
  if (readyState === 'ended') return undefined
  // Sound does not adapt: what finds no room is lost.
  const passed = Math.min(1, bitrate / AUDIO_BITS) * (1 - loss)
  return {
    bits: AUDIO_BITS,
    packets: AUDIO_PACKETS,
    loss: 1 - passed,
    framesEncoded: 0,
    framesDecoded: 0,
    isLimited: bitrate < AUDIO_BITS,
  }
}

function videoRate(
  { enabled, muted, readyState }: SentTrack,
  { maxBitrate = Infinity, maxFramerate = Infinity, scaleDown = 1 }: SendingLimits,
  room: number,
  { loss, frozen }: PathConditions,
): FlowRate | undefined {
  // A track that the system has muted gives no frames, unlike a disabled one.
  if (readyState === 'ended' || muted) return undefined
  const share = Math.min(1, maxFramerate / FRAMES) / scaleDown ** 2
  const wanted = Math.min(maxBitrate, enabled ? VIDEO_BITS * share : BLACK_BITS)
  const bits = Math.min(wanted, room)
  // The encoder knows what it would do with as much room as it wants.
  const full = { scale: 1, frames: FRAMES }
  const { scale, frames } = bits < wanted ? (encodings.find((each) => bits >= each.bits) ?? full) : full
  const framesEncoded = bits > 0 ? Math.min(frames, maxFramerate) : 0
  const divided = Math.max(scale, scaleDown)
  return {
    bits,
    packets: bits / PACKET_BITS,
    loss,
    framesEncoded,
    framesDecoded: frozen ? 0 : framesEncoded * (1 - loss),
    width: Math.round(WIDTH / divided),
    height: Math.round(HEIGHT / divided),
    isLimited: bits < wanted,
  }
}
