import { createCallClient } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { nativePeer } from 'rxcall/native-peer'
import { simplePeer } from 'rxcall/simple-peer'
import { socketIoSignaling } from 'rxcall/socket.io'
import { filter, firstValueFrom } from 'rxjs'

/** @typedef {import('rxcall').CallEvent} CallEvent */

/** @type {(event: CallEvent) => boolean} */
const isEndOfCandidates = (event) =>
  event.type === 'received' && event.message.type === 'candidates' && event.message.body.end === true

/** @typedef {import('./side.js').SideOptions} SideOptions */
/** @typedef {import('./side.js').Side} Side */

/** @type {(options: SideOptions) => Side} */
export const nativeSide = (options) => rxcallSide(options, nativePeer())

/** @type {(options: SideOptions) => Side} */
export const simplePeerSide = (options) => rxcallSide(options, simplePeer())

/** @type {(options: SideOptions, peer: import('rxcall').PeerPort) => Side} */
function rxcallSide({ name, mark, show }, peer) {
  const client = createCallClient({
    signaling: socketIoSignaling({ name }),
    peer,
    media: browserMedia(),
  })
  client.remoteStream$.pipe(filter((stream) => stream !== null)).subscribe(show)
  client.event$.subscribe((event) => {
    if (event.type === 'media' && event.media.stream !== null) mark('captured')
    if (event.type === 'send' && event.message.type === 'answer') mark('answered')
  })
  return {
    online: firstValueFrom(client.connection$.pipe(filter(({ status }) => status === 'online'))),
    offered: firstValueFrom(client.event$.pipe(filter(isEndOfCandidates)), { defaultValue: null }),
    call: (to) => client.call(to),
    accept: () => client.accept(),
    close: () => client.close(),
  }
}
