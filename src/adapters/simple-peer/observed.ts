import type { WebRtc } from '../peer-connection/webrtc.ts'

export interface ConnectionObserver {
  /** The connection exists; nobody else has a listener on it yet. */
  created(connection: RTCPeerConnection): void
  /** A description of the other side has been applied; an answer to it has not been made yet. */
  remoteDescriptionApplied(): void
}

/**
 * `webRtc` with a peer connection that tells `observer` about itself, and that takes every candidate: one that fits no
 * media section, or that cannot be parsed, is worth one network path, and no reason to give up the call.
 */
export function observed(webRtc: WebRtc, observer: ConnectionObserver): WebRtc {
  class ObservedPeerConnection extends webRtc.RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      observer.created(this)
      return hidingLocalDescription(this)
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

/**
 * `connection`, but showing no local description where it is one of `@roamhq/wrtc`: that package writes the description out
 * while another thread adds candidates to it, which has crashed the process in one of some hundred calls. simple-peer reads
 * it for each description that it sends; without one it sends the description that it made, and candidates go their own way.
 */
export function hidingLocalDescription<T extends RTCPeerConnection>(connection: T): T {
  // Its properties are the object's own and cannot be redefined; those of a browser are of the class.
  if (!Object.hasOwn(connection, 'localDescription')) return connection
  return new Proxy(connection, {
    get(target, name): unknown {
      if (name === 'localDescription') return null
      const value: unknown = Reflect.get(target, name)
      // Nobody but simple-peer has to do with the stand-in.
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
