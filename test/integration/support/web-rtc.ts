import wrtc from '@roamhq/wrtc'
import { BehaviorSubject } from 'rxjs'

export type WebRtc = Pick<
  typeof wrtc,
  'RTCPeerConnection' | 'RTCSessionDescription' | 'RTCIceCandidate' | 'MediaStream'
>

/** libwebrtc, and the peer connections made with it. */
export interface CountedWebRtc {
  readonly wrtc: WebRtc
  /** How many peer connections are open. Replays. */
  readonly open$: BehaviorSubject<number>
  /** Those that are open. */
  readonly connections: ReadonlySet<RTCPeerConnection>
  /** How many peer connections were ever made. */
  made(): number
}

/** libwebrtc with a count of the peer connections that are open. */
export function countedWebRtc(): CountedWebRtc {
  const connections = new Set<RTCPeerConnection>()
  const open$ = new BehaviorSubject(0)
  let made = 0

  class CountedPeerConnection extends wrtc.RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      made += 1
      connections.add(this)
      open$.next(connections.size)
    }

    override close(): void {
      super.close()
      connections.delete(this)
      open$.next(connections.size)
    }
  }
  return { wrtc: { ...wrtc, RTCPeerConnection: CountedPeerConnection }, connections, open$, made: () => made }
}
