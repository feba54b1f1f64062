import { createCallClient } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { nativePeer } from 'rxcall/native-peer'
import { quality } from 'rxcall/quality'
import { virtualId, virtualRelay } from 'rxcall/testing'
import { asyncScheduler, filter, firstValueFrom, Subscription } from 'rxjs'

/** The relay is in the page, so that nothing else takes time. */
let ids = 0
const relay = virtualRelay({ scheduler: asyncScheduler, id: () => virtualId(++ids) })

/** @type {(user: string, n: number) => import('rxcall').CallClient} */
const join = (user, n) =>
  createCallClient({
    signaling: relay.port({ user, party: virtualId(n) }),
    peer: nativePeer(),
    media: browserMedia(),
  })

const clients = [join('alice', 1), join('bob', 2)]
const [alice, bob] = clients
let watching = new Subscription()

/** The functions that quality.js calls in the page. */
const bench = {
  /** Connects the two clients, and shows the pictures. */
  async connect() {
    if (!alice || !bob) throw new Error('there are no clients')
    bob.state$
      .pipe(filter(({ phase }) => phase === 'ringing'))
      .subscribe(() => setTimeout(() => bob.accept()))
    await firstValueFrom(alice.roster$.pipe(filter((roster) => roster.includes('bob'))))
    alice.call('bob')
    for (const client of clients) {
      await firstValueFrom(client.state$.pipe(filter(({ phase }) => phase === 'connected')))
      const video = document.createElement('video')
      Object.assign(video, { autoplay: true, muted: true })
      client.remoteStream$.subscribe((stream) => (video.srcObject = stream))
      document.body.append(video)
    }
  },
  /** Subscribes to the quality of both clients, or to none. */
  watch(/** @type {boolean} */ watches) {
    watching.unsubscribe()
    watching = new Subscription()
    if (watches) for (const client of clients) watching.add(quality(client).subscribe())
  },
}
Object.assign(globalThis, { bench })
