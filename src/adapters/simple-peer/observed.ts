import type { WebRtc } from '../peer-connection/webrtc.ts'

export interface ConnectionObserver {
  /** The connection exists; nobody else has a listener on it yet. It tells all that is so, also what simple-peer is not shown. */
  created(connection: RTCPeerConnection): void
  /** A description of the other side has been applied; an answer to it has not been made yet. */
  remoteDescriptionApplied(): void
}

/**
 * `webRtc` with a peer connection that tells `observer` about itself, and that takes every candidate: one that fits no
 * media section, or that cannot be parsed, is worth one network path, and no reason to give up the call.
 *
 * To simple-peer it is never `failed`, only `disconnected`: simple-peer would destroy itself, while a restart of ICE leads
 * back (W3C WebRTC, 5.6.4).
 */
export function observed(webRtc: WebRtc, observer: ConnectionObserver): WebRtc {
  class ObservedPeerConnection extends webRtc.RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      observer.created(this)
      return standIn(this, {
        ...localDescriptionOf(this),
        connectionState: () => unfailed(this.connectionState),
        iceConnectionState: () => unfailed(this.iceConnectionState),
      })
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

type Shown = Readonly<Partial<Record<PropertyKey, () => unknown>>>

/**
 * What to show of a local description of `@roamhq/wrtc`: that package writes the description out while another thread adds
 * candidates to it, which has crashed the process in one of some hundred calls. simple-peer reads it for each description
 * that it sends; without one it sends the description that it made, and candidates go their own way.
 */
function localDescriptionOf(connection: RTCPeerConnection): Shown {
  // Its properties are the object's own; those of a browser are of the class.
  return Object.hasOwn(connection, 'localDescription') ? { localDescription: () => null } : {}
}

function unfailed<S extends string>(state: S): S | 'disconnected' {
  return state === 'failed' ? 'disconnected' : state
}

/** `connection` with other values for some of its properties. Those of `@roamhq/wrtc` cannot be redefined. */
function standIn<T extends RTCPeerConnection>(connection: T, shown: Shown): T {
  return new Proxy(connection, {
    get(target, name): unknown {
      const show = Object.hasOwn(shown, name) ? shown[name] : undefined
      if (show) return show()
      const value: unknown = Reflect.get(target, name)
      // The methods and setters of a browser refuse to work on anything but the connection itself.
      return typeof value === 'function' ? value.bind(target) : value
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  })
}
