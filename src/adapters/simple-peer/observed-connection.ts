import type { WebRtc } from '../peer-connection/webrtc.ts'
import type { SimplePeerWebRtc } from 'simple-peer/simplepeer.min.js'

export interface ConnectionObserver {
  /**
   * The connection exists, and has no other listeners yet. It reports every state, including those hidden from
   * simple-peer.
   */
  created(connection: RTCPeerConnection): void
  /** A remote description was applied, and the answer has not been created yet. */
  remoteDescriptionApplied(): void
}

/**
 * The WebRTC classes to hand to simple-peer, with a peer connection that reports to `observer`.
 *
 * The connection is composed, not subclassed. A page may have replaced the constructor with a function that returns an
 * object of another class (adapter.js, monitoring scripts). A subclass's overrides would then never run.
 *
 * Descriptions and candidates stay plain dictionaries, which every connection accepts (W3C WebRTC, 4.4.2). Their
 * constructors may be wrapped, missing or from another realm.
 */
export function observedConnection(
  { RTCPeerConnection }: WebRtc,
  observer: ConnectionObserver,
): SimplePeerWebRtc {
  return {
    RTCPeerConnection: new Proxy(RTCPeerConnection, {
      construct(_target, [configuration]: [RTCConfiguration?]) {
        const connection = new RTCPeerConnection(configuration)
        observer.created(connection)
        return overlaid(connection, shownToSimplePeer(connection, observer))
      },
    }),
    RTCSessionDescription: Dictionary,
    RTCIceCandidate: Dictionary,
  }
}

/** A constructor that only copies the properties of its argument. */
const Dictionary = function (this: object, init: object): void {
  Object.assign(this, init)
} as unknown as new (init: object) => object

/** The parts of `connection` that simple-peer sees differently. */
function shownToSimplePeer(connection: RTCPeerConnection, observer: ConnectionObserver): object {
  return {
    // simple-peer would destroy itself when it sees `failed`, from which an ICE restart can recover (W3C WebRTC,
    // 5.6.4).
    get connectionState() {
      return unfailed(connection.connectionState)
    },
    get iceConnectionState() {
      return unfailed(connection.iceConnectionState)
    },
    // Without one, simple-peer sends the description that it made. `@roamhq/wrtc` serializes a local description while
    // another thread adds candidates to it. That crashed the process in about one call of a hundred.
    localDescription: null,
    setRemoteDescription: async (description: RTCSessionDescriptionInit) => {
      await connection.setRemoteDescription(description)
      observer.remoteDescriptionApplied()
    },
    addIceCandidate: async (candidate?: RTCIceCandidateInit | null) => {
      try {
        await connection.addIceCandidate(candidate)
      } catch {
        // A bad candidate costs only one network path, but simple-peer would end the call.
      }
    },
    get ondatachannel() {
      return connection.ondatachannel
    },
    set ondatachannel(handler: RTCPeerConnection['ondatachannel']) {
      connection.ondatachannel =
        handler &&
        ((event) => {
          handler.call(connection, event)
          catchUp(event)
        })
    },
  }
}

function unfailed<S extends string>(state: S): S | 'disconnected' {
  return state === 'failed' ? 'disconnected' : state
}

/** simple-peer waits for `open` events, but some platforms announce a channel already open, without that event. */
function catchUp(event: RTCDataChannelEvent): void {
  const { channel } = event
  if (channel.readyState === 'open') channel.onopen?.(event)
  else if (channel.readyState !== 'connecting') channel.onclose?.(event)
}

/**
 * Makes a proxy of `connection` whose properties come from `overlay` first. The proxy's target is empty, because a proxy must
 * return fixed properties of its target unchanged. The methods of a wrapper, or of `@roamhq/wrtc`, may be fixed.
 */
function overlaid(connection: RTCPeerConnection, overlay: object): RTCPeerConnection {
  const ownerOf = (name: PropertyKey) => (Object.hasOwn(overlay, name) ? overlay : connection)
  return new Proxy(Object.create(connection) as RTCPeerConnection, {
    get(_target, name): unknown {
      const owner = ownerOf(name)
      const value: unknown = Reflect.get(owner, name)
      // The methods of a browser refuse to work on anything but the connection itself.
      return typeof value === 'function' ? value.bind(owner) : value
    },
    set: (_target, name, value) => Reflect.set(ownerOf(name), name, value),
  })
}
