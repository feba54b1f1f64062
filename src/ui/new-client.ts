import { createCallClient, type CallClient, type CallClientOptions } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { simplePeer } from 'rxcall/simple-peer'
import { socketIoSignaling } from 'rxcall/socket.io'

export interface NewClientOptions extends Pick<CallClientOptions, 'pipeline'> {
  readonly name: string
  /** Clients that share it may have the same name, and are one user then. Each has a party of its own. */
  readonly secret: string
  readonly iceServers: readonly RTCIceServer[]
}

/** A client of the relay that served the page. */
export function newClient({ name, secret, iceServers, ...options }: NewClientOptions): CallClient {
  return createCallClient({
    signaling: socketIoSignaling({ name, secret }),
    peer: simplePeer({ iceServers: [...iceServers] }),
    media: browserMedia(),
    ...options,
  })
}
