import { EMPTY, defer, of, type Observable } from 'rxjs'
import { CallError } from '../../core/errors.ts'

/**
 * The WebRTC classes to create peer connections with: the browser's own, or those of a package for Node. A page may
 * have wrapped them. So the adapters only expect `new` to return something that behaves like a connection or a stream.
 */
export interface WebRtc {
  readonly RTCPeerConnection: new (configuration?: RTCConfiguration) => RTCPeerConnection
  readonly MediaStream: new () => MediaStream
}

/** The classes in `source`, the page's by default. Throws a CallError `no-webrtc` if one is missing. */
export function webRtcOf(source?: Partial<WebRtc>): WebRtc {
  const { RTCPeerConnection, MediaStream } = source ?? globalThis
  if (RTCPeerConnection && MediaStream) return { RTCPeerConnection, MediaStream }
  const missing = RTCPeerConnection ? 'MediaStream' : 'RTCPeerConnection'
  throw new CallError(
    'no-webrtc',
    source
      ? `the option \`wrtc\` has no ${missing}: pass the object that has the WebRTC classes`
      : `there is no ${missing} here: WebRTC is switched off in this browser; outside a browser, pass \`wrtc\``,
  )
}

/** Emits the CallError `no-webrtc` if `source`, the page by default, lacks a WebRTC class on subscribing; completes. */
export function unavailable(source?: Partial<WebRtc>): Observable<CallError> {
  return defer(() => {
    try {
      webRtcOf(source)
      return EMPTY
    } catch (thrown) {
      return of(CallError.from(thrown, 'no-webrtc', 'there is no WebRTC here'))
    }
  })
}
