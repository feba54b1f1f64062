import { defer } from 'rxjs'
import type { PeerPort } from '../core/ports/index.ts'
import { iceServerCheck } from './peer-connection/check-ice-servers.ts'
import { withIceServers, type IceServers } from './peer-connection/ice-servers.ts'
import { unavailable, webRtcOf, type WebRtc } from './peer-connection/webrtc.ts'
import { openPeer } from './simple-peer/open-peer.ts'

export type { IceServers } from './peer-connection/ice-servers.ts'
export type { WebRtc } from './peer-connection/webrtc.ts'

export interface SimplePeerOptions {
  /**
   * STUN and TURN servers, or a stream of them. None by default: then only clients that can reach each other directly
   * connect. A server that browsers reject is left out, and reported as `invalid-ice-server` when a connection first
   * uses it.
   */
  readonly iceServers?: IceServers | undefined
  /**
   * Further settings of the connection. `iceTransportPolicy: 'relay'` hides this side's addresses behind the TURN
   * server: otherwise the other side learns them, a caller's even before it answers.
   */
  readonly config?: Omit<RTCConfiguration, 'iceServers'> | undefined
  /** Where the WebRTC classes come from outside a browser, such as the package `@roamhq/wrtc`. */
  readonly wrtc?: WebRtc | undefined
}

/**
 * Peer connections made by simple-peer. See {@link PeerPort} for what they emit.
 *
 * Each offer has sections for audio and video, so either side may send what the other does not. None of these ends the
 * connection: a candidate that cannot be added is dropped; a repeated description is applied once; an answer to no
 * offer is ignored. A track that does not fit what was negotiated needs two more negotiations. If these fail, the
 * connection fails.
 *
 * @example
 * simplePeer({ iceServers: [{ urls: 'turns:turn.example', username, credential }] })
 */
export function simplePeer(options: SimplePeerOptions = {}): PeerPort {
  const { iceServers = [], config = {} } = options
  const check = iceServerCheck()
  return {
    unavailable$: unavailable(options.wrtc),
    open: (peerOptions, command$) =>
      withIceServers(iceServers, check, command$, (latest, command$) =>
        defer(() => openPeer(peerOptions, command$, webRtcOf(options.wrtc), { config, latest })),
      ),
  }
}
