import type { PeerOptions } from '../../core/ports/index.ts'

const kinds = ['audio', 'video'] as const

/**
 * The transceivers that an offer needs beside those of the tracks in `options.stream`, so that it has a section for audio and
 * one for video: the answerer can send only what the offer has a section for. A kind whose track comes later is `sendrecv`
 * already, in the stream `home`.
 */
export function* offeredSections(
  { stream, sends = [] }: PeerOptions,
  home: MediaStream,
): Iterable<readonly [kind: 'audio' | 'video', init: RTCRtpTransceiverInit]> {
  for (const kind of kinds) {
    if (stream?.getTracks().some((track) => track.kind === kind)) continue
    yield [
      kind,
      sends.includes(kind) ? { direction: 'sendrecv', streams: [home] } : { direction: 'recvonly' },
    ]
  }
}

/**
 * Has the answer to an offer that was just applied announce the kinds whose tracks come later, in the stream `home`. Only a section
 * that is new in this offer is changed, and only if no other one can carry its kind.
 */
export function announceInAnswer(
  connection: RTCPeerConnection,
  { role, sends = [] }: PeerOptions,
  home: MediaStream,
): void {
  if (role === 'offerer') return
  const transceivers = connection.getTransceivers()
  for (const kind of sends) {
    const ofKind = transceivers.filter(({ receiver }) => receiver.track.kind === kind)
    if (ofKind.some((transceiver) => mayCarry(transceiver))) continue
    // One that was negotiated before may be `recvonly` because its sender is being stopped for another track.
    const free = ofKind.find(({ currentDirection }) => currentDirection === null)
    if (free === undefined) continue
    free.direction = 'sendrecv'
    // Without it the track is in no stream for the other side, whose adapter then makes one for it.
    if ('setStreams' in free.sender) free.sender.setStreams(home)
  }
}

/** The sender for tracks of this kind: that of the present track, or the one that was negotiated for a track to come. */
export function senderFor(connection: RTCPeerConnection, kind: 'audio' | 'video'): RTCRtpSender | undefined {
  return (
    connection.getSenders().find(({ track }) => track?.kind === kind) ??
    connection
      .getTransceivers()
      .find((transceiver) => transceiver.receiver.track.kind === kind && mayCarry(transceiver))?.sender
  )
}

/** Whether tracks can be put into it without another negotiation. */
const mayCarry = ({ sender, direction }: RTCRtpTransceiver): boolean =>
  sender.track !== null || direction === 'sendrecv' || direction === 'sendonly'
