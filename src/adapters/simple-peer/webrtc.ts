import { CallError } from '../../core/errors.ts'

/** The WebRTC classes that a peer connection is made with: the browser's own, or those of a package for Node. */
export interface WebRtc {
  readonly RTCPeerConnection: typeof RTCPeerConnection
  readonly RTCSessionDescription: typeof RTCSessionDescription
  readonly RTCIceCandidate: typeof RTCIceCandidate
  readonly MediaStream: typeof MediaStream
}

/** The classes of the page. Throws a CallError `connection-failed` where there are none. */
export function pageWebRtc(): WebRtc {
  const page: Partial<WebRtc> = globalThis
  const { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate, MediaStream } = page
  if (!RTCPeerConnection || !RTCSessionDescription || !RTCIceCandidate || !MediaStream) {
    throw new CallError('connection-failed', 'there is no WebRTC here: outside a browser, pass `wrtc`')
  }
  return { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate, MediaStream }
}

export interface ConnectionObserver {
  /** The connection exists; nobody else has a listener on it yet. */
  created(connection: RTCPeerConnection): void
  /** A description of the other side has been applied; an answer to it has not been made yet. */
  remoteDescriptionApplied(): void
}

/**
 * `webRtc` with a peer connection that tells `observer` about itself, and that takes every candidate: one that fits no
 * media section, or that cannot be parsed, is worth one network path, and no reason to give up the call.
 *
 * It shows no local description, for which simple-peer would read one: it then sends the description that it made, without
 * candidates, which go their own way. `@roamhq/wrtc` writes out a local description while another thread adds candidates
 * to it, and has crashed the process in one of some hundred calls.
 */
export function observed(webRtc: WebRtc, observer: ConnectionObserver): WebRtc {
  class ObservedPeerConnection extends webRtc.RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      observer.created(this)
    }

    override get localDescription(): null {
      return null
    }

    override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      return super.setRemoteDescription(description).then(() => observer.remoteDescriptionApplied())
    }

    override addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
      return super.addIceCandidate(candidate).catch(() => undefined)
    }
  }
  return { ...webRtc, RTCPeerConnection: ObservedPeerConnection }
}
