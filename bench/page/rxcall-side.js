import { createCallClient } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { simplePeer } from 'rxcall/simple-peer'
import { socketIoSignaling } from 'rxcall/socket.io'
import { filter, firstValueFrom } from 'rxjs'

/** @typedef {import('rxcall').CallEvent} CallEvent */

/** @type {(event: CallEvent) => boolean} */
const isEndOfCandidates = (event) =>
  event.type === 'received' && event.message.type === 'candidates' && event.message.body.end === true

/** @type {(options: import('./side.js').SideOptions) => import('./side.js').Side} */
export function rxcallSide({ name, mark, show }) {
  const client = createCallClient({
    signaling: socketIoSignaling({ name }),
    peer: simplePeer(),
    media: browserMedia(),
  })
  client.remoteStream$.pipe(filter((stream) => stream !== null)).subscribe(show)
  client.event$.subscribe((event) => {
    if (event.type === 'captured') mark('captured')
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
