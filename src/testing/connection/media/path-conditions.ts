/** How a virtual path treats the media that cross it in one direction. */
export interface PathConditions {
  /** The share of packets that is lost, from 0 to 1. */
  readonly loss: number
  /** How much longer a packet takes than on a clear path, in milliseconds. */
  readonly delayMs: number
  /** How unevenly packets arrive, in milliseconds. */
  readonly jitterMs: number
  /** How much gets through, in bits a second. Sound goes first, and the encoder of the picture adapts at once. */
  readonly bitrate: number
  /** Whether the picture stands still, although its packets arrive. */
  readonly frozen: boolean
}

/** A path that loses, delays and limits nothing. */
export const clearPath: PathConditions = {
  loss: 0,
  delayMs: 0,
  jitterMs: 0,
  bitrate: Infinity,
  frozen: false,
}
