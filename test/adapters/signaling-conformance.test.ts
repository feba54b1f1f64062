import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { asyncScheduler, EMPTY, filter, map, NEVER, Observable, of, concatMap, delay } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket, type WebSocketServer } from 'ws'
import { broadcastSignaling } from '../../examples/signaling/broadcast-signaling.js'
import { webSocketRelay } from '../../examples/signaling/web-socket-relay.js'
import { webSocketSignaling } from '../../examples/signaling/web-socket-signaling.js'
import { socketIoSignaling } from '../../src/adapters/socket-io-signaling.ts'
import type { OutgoingMessage, SignalingEvent, SignalingPort } from '../../src/core/index.ts'
import { signalingCases, virtualId, virtualRelay, type NewSignalingPort } from '../../src/testing/index.ts'
import { createRelay } from '../../server/index.ts'

const relay = createRelay({ port: 0, host: '127.0.0.1' })
let url = ''
let webSockets: WebSocketServer
beforeAll(async () => {
  ;({ url } = await relay.listen())
  webSockets = webSocketRelay({ port: 0, host: '127.0.0.1' })
  await once(webSockets, 'listening')
})
afterAll(async () => {
  await relay.close()
  for (const socket of webSockets.clients) socket.terminate()
  webSockets.close()
})

let worlds = 0
/** A name of an earlier case may still be leaving, so each has the same secret in all of them. */
const secrets = new Map<string, string>()
/** Each case has a world of its own, and so finds nobody of another one in its roster. */
const places: Readonly<Record<string, (world: number) => NewSignalingPort>> = {
  'of socket.io': (world) => (name) => {
    const secret = secrets.get(name) ?? virtualId(secrets.size + 1)
    secrets.set(name, secret)
    return socketIoSignaling({ url, name, secret, room: `world-${world}`, outsideBrowser: true })
  },
  'of the virtual relay': () => {
    const virtual = virtualRelay({ scheduler: asyncScheduler, id: () => '' })
    let parties = 0
    return (user) => virtual.port({ user, party: virtualId(++parties) })
  },
  'over BroadcastChannel': (world) => (name) => broadcastSignaling({ name, channel: `world-${world}` }),
  'over a WebSocket': () => {
    const { port } = webSockets.address() as AddressInfo
    return (name) =>
      webSocketSignaling({
        name,
        url: `ws://127.0.0.1:${port}`,
        WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      })
  },
}

describe.each(Object.keys(places))('the signaling port %s', (place) => {
  it.each(signalingCases)('$name', ({ run }) => run(places[place]?.(++worlds) ?? missing))
})
const missing: NewSignalingPort = () => Promise.reject(new Error('there is no such port'))

/** Ports that break one rule each. */
const faulty: Readonly<Record<string, (port: SignalingPort, user: string) => SignalingPort>> = {
  'is online as its user, with a unique party': changing((event) =>
    event.type === 'online' ? { ...event, self: { ...event.self, user: 'somebody' } } : event,
  ),
  'names everybody else in the roster, once and sorted': changing((event) =>
    event.type === 'roster' ? { ...event, users: [...event.users, ...event.users] } : event,
  ),
  'emits a roster whenever it comes online, even an empty one': (port) => ({
    connect: (outgoing$) =>
      port.connect(outgoing$).pipe(filter((event) => event.type !== 'roster' || event.users.length > 0)),
  }),
  'removes a user who leaves from the roster': (port) => {
    const seen = new Set<string>()
    return changing((event) => {
      if (event.type !== 'roster') return event
      for (const user of event.users) seen.add(user)
      return { ...event, users: [...seen].sort() }
    })(port)
  },
  'delivers a message for a user to all parties of that user, and to nobody else': toFirstParty(),
  'delivers a message for a party to that party alone': sending((message) => ({
    ...message,
    to: { user: message.to.user },
  })),
  'adds the sender and the age of a message, whatever the sender claims': changing((event) =>
    event.type === 'message'
      ? {
          ...event,
          message: { ...(event.message as object), from: { user: 'mallory', party: virtualId(9) } },
        }
      : event,
  ),
  'delivers messages in order': (port) => ({
    connect: (outgoing$) =>
      port.connect(
        outgoing$.pipe(
          concatMap((message) => (message.seq === 3 ? of(message).pipe(delay(0)) : of(message))),
          reordered(),
        ),
      ),
  }),
  'returns a message for an absent user as refused': (port) => ({
    connect: (outgoing$) => port.connect(outgoing$).pipe(filter(({ type }) => type !== 'refused')),
  }),
  'stays online when its outgoing messages fail': endingWith('error'),
  'stays online when its outgoing messages complete': endingWith('complete'),
  'connects again after unsubscribing, and sends nothing in between': (port) => {
    let times = 0
    return { connect: (outgoing$) => (times++ > 0 ? NEVER : port.connect(outgoing$)) }
  },
}

describe('the signaling suite finds a port that breaks the rule', () => {
  it('has a faulty port for every rule', () => {
    expect(Object.keys(faulty)).toEqual(signalingCases.map(({ name }) => name))
  })

  it.each(signalingCases)('$name', async ({ name, run }) => {
    const make = places['of the virtual relay']?.(0)
    const broken = faulty[name]
    if (!make || !broken) throw new Error('there is no such port')
    const running = run(async (user) => broken(await make(user), user), { patienceMs: 1_000 })
    await expect(running).rejects.toThrow()
  })
})

function changing(change: (event: SignalingEvent) => SignalingEvent) {
  return (port: SignalingPort): SignalingPort => ({
    connect: (outgoing$) => port.connect(outgoing$).pipe(map(change)),
  })
}

/** Errors or completes when its outgoing messages do. */
function endingWith(end: 'error' | 'complete') {
  return (port: SignalingPort): SignalingPort => ({
    connect: (outgoing$) =>
      new Observable((subscriber) => {
        const running = port.connect(outgoing$).subscribe(subscriber)
        const ends = {
          error: (thrown: unknown) => subscriber.error(thrown),
          complete: () => subscriber.complete(),
        }
        return running.add(outgoing$.subscribe({ error: () => undefined, [end]: ends[end] }))
      }),
  })
}

function sending(change: (message: OutgoingMessage) => OutgoingMessage) {
  return (port: SignalingPort): SignalingPort => ({
    connect: (outgoing$) => port.connect(outgoing$.pipe(map(change))),
  })
}

/** Only the first port of a user receives anything. */
function toFirstParty() {
  const known = new Set<string>()
  return (port: SignalingPort, user: string): SignalingPort => {
    const isFirst = !known.has(user)
    known.add(user)
    return {
      connect: (outgoing$) =>
        port
          .connect(outgoing$)
          .pipe(concatMap((event) => (isFirst || event.type !== 'message' ? [event] : EMPTY))),
    }
  }
}

/** Swaps the first two messages. */
function reordered() {
  return (source$: Observable<OutgoingMessage>) =>
    new Observable<OutgoingMessage>((subscriber) => {
      let held: OutgoingMessage | undefined
      let swapped = false
      return source$.subscribe({
        next(message) {
          if (!swapped && !held) {
            held = message
            return
          }
          subscriber.next(message)
          if (held) subscriber.next(held)
          held = undefined
          swapped = true
        },
        error: (thrown: unknown) => subscriber.error(thrown),
        complete: () => subscriber.complete(),
      })
    })
}
