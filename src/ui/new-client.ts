import { createCallClient, type CallClient } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { simplePeer } from 'rxcall/simple-peer'
import { socketIoSignaling } from 'rxcall/socket.io'

/** A client of the relay that served the page. */
export function newClient(name: string, iceServers: readonly RTCIceServer[]): CallClient {
  return createCallClient({
    signaling: socketIoSignaling({ name }),
    peer: simplePeer({ iceServers: [...iceServers] }),
    media: browserMedia(),
  })
}
