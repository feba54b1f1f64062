import {
  createCallClient,
  type CallClient,
  type CallClientOptions,
  type CallErrorCode,
  type CallPorts,
} from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { nativePeer } from 'rxcall/native-peer'
import { simplePeer } from 'rxcall/simple-peer'
import { socketIoSignaling } from 'rxcall/socket.io'
import { EMPTY, map, startWith, type Observable } from 'rxjs'
import type { PeerKind } from './peer-kind.ts'

export interface NewClientOptions extends Pick<CallClientOptions, 'pipeline'> {
  readonly name: string
  /** The path of the relay's requests. */
  readonly path: string
  /** Clients that share this secret may have the same name. They are then one user, and each is a separate party. */
  readonly secret: string
  readonly iceServers: readonly RTCIceServer[]
  readonly peerKind: PeerKind
  /** Wraps the ports of the client, to put faults into it. */
  readonly wrap?: ((ports: CallPorts) => CallPorts) | undefined
}

/** The devices of this page. */
export const media = browserMedia()

const peers = { 'simple-peer': simplePeer, native: nativePeer }

/** Emits `undefined` first. If this browser cannot make calls, then emits the reason. */
export const unavailable = (kind: PeerKind): Observable<CallErrorCode | undefined> =>
  (peers[kind]().unavailable$ ?? EMPTY).pipe(
    map(({ code }) => code),
    startWith(undefined),
  )

/** A client of the relay that served the page. */
export function newClient({
  name,
  path,
  secret,
  iceServers,
  peerKind,
  wrap = (ports) => ports,
  ...options
}: NewClientOptions): CallClient {
  const signaling = socketIoSignaling({ name, path, secret })
  // The servers in the page's address, and those that the relay issues.
  const peer = peers[peerKind]({
    iceServers: signaling.iceServers$.pipe(map((issued) => [...iceServers, ...issued])),
  })
  return createCallClient({ ...wrap({ signaling, peer, media }), ...options })
}
