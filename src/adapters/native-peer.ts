import { defer } from 'rxjs'
import type { PeerPort } from '../core/ports/index.ts'
import { openConnection } from './native-peer/open-connection.ts'
import { iceServerCheck } from './peer-connection/check-ice-servers.ts'
import { withIceServers, type IceServers } from './peer-connection/ice-servers.ts'
import { unavailable, webRtcOf, type WebRtc } from './peer-connection/webrtc.ts'

export { connectionStats, type StatsReport } from './peer-connection/connection-stats.ts'
export { peerEvents } from './peer-connection/peer-events.ts'
export type { IceServers } from './peer-connection/ice-servers.ts'
export type { WebRtc } from './peer-connection/webrtc.ts'

export interface NativePeerOptions {
  /**
   * STUN and TURN servers, or a stream of them. None by default: then only clients that can reach each other directly
   * connect. A server that browsers reject is left out, and reported as `invalid-ice-server` when a connection first
   * uses it.
   */
  readonly iceServers?: IceServers | undefined
  /**
   * Further settings of the connection. `iceTransportPolicy: 'relay'` hides this side's addresses behind the TURN
   * server: otherwise the other side learns them, a caller's even before it answers. All media share one path by
   * default.
   */
  readonly config?: Omit<RTCConfiguration, 'iceServers'> | undefined
  /** Where the WebRTC classes come from outside a browser, such as the package `@roamhq/wrtc`. */
  readonly wrtc?: WebRtc | undefined
}

/**
 * The platform's own peer connections, negotiated as W3C WebRTC (10.7) recommends. See {@link PeerPort} for what they
 * emit. The other side of the call may use simple-peer.
 *
 * Only the offerer makes offers. Each has a section for audio and one for video, so either side may send what the other
 * does not. The answerer asks for an offer when it needs one. The offerer still answers any offer that reaches it. If
 * both sides make an offer, the answerer yields.
 *
 * None of these ends the connection: a candidate that cannot be added is dropped; a repeated description is applied
 * once; an answer to no offer is ignored. A track that does not fit what was negotiated needs two more negotiations. If
 * these fail, the connection fails.
 *
 * @example
 * nativePeer({ iceServers: [{ urls: 'turns:turn.example', username, credential }] })
 */
export function nativePeer(options: NativePeerOptions = {}): PeerPort {
  const { iceServers = [] } = options
  const config: RTCConfiguration = { bundlePolicy: 'max-bundle', ...options.config }
  const check = iceServerCheck()
  return {
    unavailable$: unavailable(options.wrtc),
    open: (peerOptions, command$) =>
      withIceServers(iceServers, check, command$, (latest, command$) =>
        defer(() => openConnection(peerOptions, command$, webRtcOf(options.wrtc), { config, latest })),
      ),
  }
}
