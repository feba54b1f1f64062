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
    throw new CallError('connection-failed', `there is no WebRTC here: outside a browser, pass \`wrtc\``)
  }
  return { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate, MediaStream }
}
