import type { PeerOptions } from '../ports/index.ts'

type Kind = 'audio' | 'video'

/** What decides whether a transceiver (W3C WebRTC, 5.4) can carry tracks of this side. */
export interface TransceiverView {
  readonly kind: Kind
  readonly track: MediaStreamTrack | null
  readonly direction: RTCRtpTransceiverDirection
  /** What was agreed on last; null before the first answer. */
  readonly currentDirection: RTCRtpTransceiverDirection | null
}

const kinds = ['audio', 'video'] as const

/**
 * The transceivers that an offer needs besides those of the tracks in `options.stream`. With them, the offer has a
 * section for audio and one for video. The answerer can send only what has a section. A kind whose track comes later
 * is already `sendrecv`.
 */
export function sectionsToOffer({
  stream,
  sends = [],
}: PeerOptions): readonly { readonly kind: Kind; readonly direction: 'sendrecv' | 'recvonly' }[] {
  const present = new Set(stream?.getTracks().map(({ kind }) => kind))
  return kinds
    .filter((kind) => !present.has(kind))
    .map((kind) => ({ kind, direction: sends.includes(kind) ? 'sendrecv' : 'recvonly' }))
}

/**
 * The transceivers that the answer to a new offer has to announce as `sendrecv`, because their tracks come later.
 * Changes only a section that is new in this offer, and only if no other can carry its kind.
 */
export function transceiversToAnnounce<T extends TransceiverView>(
  transceivers: readonly T[],
  { role, sends = [] }: PeerOptions,
): readonly T[] {
  if (role === 'offerer') return []
  return sends.flatMap((kind) => {
    const ofKind = transceivers.filter((each) => each.kind === kind)
    if (ofKind.some(canCarry)) return []
    // One that was negotiated before may be `recvonly` because its sender is being stopped for another track.
    return ofKind.find(({ currentDirection }) => currentDirection === null) ?? []
  })
}

/** The transceiver that carries tracks of this kind: that of the present track, or one negotiated for a track to come. */
export function transceiverFor<T extends TransceiverView>(
  transceivers: readonly T[],
  kind: Kind,
): T | undefined {
  const ofKind = transceivers.filter((each) => each.kind === kind)
  return ofKind.find(({ track }) => track) ?? ofKind.find(canCarry)
}

/** Whether tracks can be put into it without another negotiation. */
const canCarry = ({ track, direction }: TransceiverView): boolean =>
  track !== null || direction === 'sendrecv' || direction === 'sendonly'
