import type { Description } from '../../core/ports/index.ts'

/** The direction of a media section, as seen by one side. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** A media section: one track each way, or the data channels. */
export interface Section {
  readonly mid: string
  readonly kind: 'audio' | 'video' | 'application'
  readonly direction: Direction
  /** Which track is sent, and in which stream (RFC 8830). */
  readonly track?: string
  readonly stream?: string
}

/** The content of a virtual connection's descriptions, in place of real SDP. */
export interface VirtualSdp {
  /** Which connection made it. */
  readonly session: string
  /** Which of that connection's descriptions it is; from 1. */
  readonly version: number
  /** Identifies the ICE generation, and with it the connection, for the other side (RFC 8839, 5.4). */
  readonly ufrag: string
  /** How many candidates of this generation existed when it was created. */
  readonly candidates: number
  readonly sections: readonly Section[]
}

/** The text of a description. It names its ICE generation as real SDP does, so that candidates can be matched to it. */
export const writeSdp = (content: VirtualSdp): string =>
  `${JSON.stringify(content)}\r\na=ice-ufrag:${content.ufrag}\r\n`

/** Parses a description; undefined for text that no virtual connection wrote. */
export function readSdp(sdp: Description['sdp']): VirtualSdp | undefined {
  try {
    const content: unknown = JSON.parse(sdp.split('\r\n', 1)[0] ?? '')
    return isSdp(content) ? content : undefined
  } catch {
    return undefined
  }
}

// Written by hand: a simulated call reads several descriptions, and a schema would take most of its time.
function isSdp(value: unknown): value is VirtualSdp {
  if (typeof value !== 'object' || value === null) return false
  const { session, version, ufrag, candidates, sections }: Partial<Record<keyof VirtualSdp, unknown>> = value
  return (
    typeof session === 'string' &&
    typeof version === 'number' &&
    typeof ufrag === 'string' &&
    typeof candidates === 'number' &&
    Array.isArray(sections) &&
    sections.every(isSection)
  )
}

function isSection(value: unknown): value is Section {
  if (typeof value !== 'object' || value === null) return false
  const { mid, kind, direction, track, stream }: Partial<Record<keyof Section, unknown>> = value
  return (
    typeof mid === 'string' &&
    (kind === 'audio' || kind === 'video' || kind === 'application') &&
    (direction === 'sendrecv' ||
      direction === 'sendonly' ||
      direction === 'recvonly' ||
      direction === 'inactive') &&
    (track === undefined || typeof track === 'string') &&
    (stream === undefined || typeof stream === 'string')
  )
}

/** Whether a side with this direction sends. */
export const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly'

/** Whether a side with this direction receives. */
export const receives = (direction: Direction): boolean =>
  direction === 'sendrecv' || direction === 'recvonly'

/** The direction of a side that sends, receives, both or neither. */
export function directionOf(isSending: boolean, isReceiving: boolean): Direction {
  if (isSending) return isReceiving ? 'sendrecv' : 'sendonly'
  return isReceiving ? 'recvonly' : 'inactive'
}

/** A direction as the other side sees it. */
export const reversed = (direction: Direction): Direction =>
  directionOf(receives(direction), sends(direction))

/** What two directions have in common, both as the same side sees them. */
export const intersection = (one: Direction, other: Direction): Direction =>
  directionOf(sends(one) && sends(other), receives(one) && receives(other))
