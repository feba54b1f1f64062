import { createCallClient, type CallClient, type CallClientOptions, type CallErrorCode } from 'rxcall'
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
  ...options
}: NewClientOptions): CallClient {
  const signaling = socketIoSignaling({ name, path, secret })
  return createCallClient({
    signaling,
    // The servers in the page's address, and those that the relay issues.
    peer: peers[peerKind]({
      iceServers: signaling.iceServers$.pipe(map((issued) => [...iceServers, ...issued])),
    }),
    media,
    ...options,
  })
}
