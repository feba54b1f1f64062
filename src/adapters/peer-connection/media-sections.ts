import {
  sectionsToOffer,
  transceiverFor,
  transceiversToAnnounce,
  type TransceiverView,
} from '../../core/negotiation/media-sections.ts'
import type { PeerOptions } from '../../core/ports/index.ts'

/**
 * The transceivers that an offer needs besides those of its tracks. A kind whose track is added later is in the stream
 * `home`.
 */
export function offeredSections(
  options: PeerOptions,
  home: MediaStream,
): readonly (readonly [kind: 'audio' | 'video', init: RTCRtpTransceiverInit])[] {
  return sectionsToOffer(options).map(({ kind, direction }) => [
    kind,
    direction === 'sendrecv' ? { direction, streams: [home] } : { direction },
  ])
}

/** Makes the answer to a new offer announce the kinds whose tracks are added later, in the stream `home`. */
export function announceInAnswer(
  connection: RTCPeerConnection,
  options: PeerOptions,
  home: MediaStream,
): void {
  for (const { transceiver } of transceiversToAnnounce(viewsOf(connection), options)) {
    transceiver.direction = 'sendrecv'
    // Otherwise the track is in no stream at the other side, and its adapter creates one.
    if ('setStreams' in transceiver.sender) transceiver.sender.setStreams(home)
  }
}

/** The sender for tracks of this kind: that of the current track, or the one negotiated for a later track. */
export function senderFor(connection: RTCPeerConnection, kind: 'audio' | 'video'): RTCRtpSender | undefined {
  return transceiverFor(viewsOf(connection), kind)?.transceiver.sender
}

interface View extends TransceiverView {
  readonly transceiver: RTCRtpTransceiver
}

function viewsOf(connection: RTCPeerConnection): readonly View[] {
  return connection.getTransceivers().map((transceiver) => ({
    transceiver,
    kind: transceiver.receiver.track.kind as View['kind'],
    track: transceiver.sender.track,
    direction: transceiver.direction,
    currentDirection: transceiver.currentDirection,
  }))
}
