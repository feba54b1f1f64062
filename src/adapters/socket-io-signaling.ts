import { BehaviorSubject, Observable, asyncScheduler, map, of, tap, type SchedulerLike } from 'rxjs'
import { io } from 'socket.io-client'
import { systemEnv, type SignalingEvent, type SignalingPort } from '../core/ports/index.ts'
import type { CallError } from '../core/errors.ts'
import { isHeldByOthers } from '../core/protocol/claim-again.ts'
import type { HandshakeAuth, OutgoingMessage } from '../core/protocol/index.ts'
import { reconnecting } from './socket-io/reconnecting.ts'
import { createOutbox } from './socket-io/outbox.ts'
import { isInBrowser, outsideBrowserProblem } from './socket-io/in-browser.ts'
import { isFinal, PlannedLoss } from './socket-io/relay-errors.ts'
import { pageLocation, relayUrl, unreachableAdvice } from './socket-io/relay-url.ts'
import { createMessageSender } from './socket-io/message-sender.ts'
import { relayConnection, type RelaySocket } from './socket-io/relay-connection.ts'
import { networkBack } from './socket-io/network-back.ts'
import { tokenOf, type TokenSource } from './socket-io/token.ts'

export type { TokenSource } from './socket-io/token.ts'

export interface SocketIoOptions {
  /** Where the relay is, such as `https://relay.example`; the page's own origin by default. Without a path: see {@link path}. */
  readonly url?: string | undefined
  /** The path of Socket.IO's own requests, `/socket.io` by default; `/calls/socket.io` for a relay that a proxy has at `/calls/`. */
  readonly path?: string | undefined
  /** The name that others call this client by. Where a `token` says who the user is, it may be left out. */
  readonly name?: string | undefined
  /**
   * Proves to the relay who the user is, if it asks. A function is called for each connection, so a reconnection has a
   * fresh token. If it fails, it is called again after the usual waits. When a token given as a text expires, the
   * client is refused permanently.
   */
  readonly token?: TokenSource | undefined
  /**
   * The room whose users the roster shows, and are shown this client; the relay's one room for all by default. It decides
   * about the roster alone: users of other rooms can be called by their name.
   */
  readonly room?: string | undefined
  /**
   * This tab or device: 128 random bits in lower-case hexadecimal. Made once for each port by default, and kept across
   * reconnections. A connection of the same name, secret and party takes the place of the one before. So do not keep it
   * in a storage: a tab that is duplicated would share it with its copy.
   */
  readonly party?: string | undefined
  /**
   * Proves to the relay that the name belongs to this client: 128 random bits in lower-case hexadecimal. Keep it
   * private. By default one is made for each port, so that nobody else has the name while this client is connected.
   * Clients with the same name and secret are one user: all of them ring. Store it, for example in `localStorage`, to
   * have the name in every tab and at once after a reload.
   */
  readonly secret?: string | undefined
  /**
   * Tried in this order. Only WebSocket by default: it is quicker, and long polling needs a load balancer that keeps a
   * client on one relay.
   */
  readonly transports?: readonly ('websocket' | 'polling')[] | undefined
  /**
   * Set this in a bot, a test or another program without a page. By default a client outside a browser is refused.
   * Otherwise a page rendered on a server would connect to the relay for each request. React Native does not need it.
   */
  readonly outsideBrowser?: boolean | undefined
  /** Milliseconds for one try to connect, up to the relay's welcome; 10,000 by default. */
  readonly connectTimeoutMs?: number | undefined
  /** How many messages are kept while offline; 128 by default, which the relay takes at once. */
  readonly outboxLimit?: number | undefined
  /**
   * Emits when a lost connection may come back now: the next try follows at once, and then the waits from their
   * beginning, at most once a second. By default the page's `online`, and its `pageshow` when it comes out of the
   * back/forward cache. Pass the signal of the platform where there is no page, and `NEVER` to do without.
   *
   * @example
   * ```ts
   * socketIoSignaling({ name, wake$: merge(fromEvent(window, 'online'), userClickedTryAgain$) })
   * ```
   */
  readonly wake$?: Observable<unknown> | undefined
  /** Runs the waits between tries. */
  readonly scheduler?: SchedulerLike | undefined
  /** Lengthens the waits, and spreads clients that a relay asks to move: numbers from 0 up to 1; `Math.random` by default. */
  readonly random?: (() => number) | undefined
}

/** The way to the other clients by a Socket.IO relay, and what else the relay has to offer. */
export interface SocketIoSignaling extends SignalingPort {
  /**
   * The ICE servers that the relay has issued for this client, with credentials that expire. Empty until then. Replays
   * the latest to each subscriber, and emits new ones before they expire. Never completes or errors. Made to be the
   * `iceServers` of a peer port.
   */
  readonly iceServers$: Observable<readonly RTCIceServer[]>
}

/** Milliseconds for which a connection has to last before a loss is followed by a new try at once. */
const stableMs = 10_000

/**
 * Signaling over a Socket.IO relay. See {@link SignalingPort} for what it emits.
 *
 * Each subscription has its own connection. All those of one port are the same party, and the relay keeps only the
 * newest connection of a party. So subscribe to one at a time. A connection that was replaced counts as lost. Rivals
 * for one party take turns, after a few at intervals of seconds.
 *
 * After a loss it retries at once, then after 0.3, 1.2, 2.7, 4.8 and every 7 s. Each wait but the first is up to 30 %
 * longer by chance. When `wake$` emits, it retries at once, and the waits start over.
 *
 * A message counts as sent when it is handed to an open connection. One that was in flight when the connection broke is
 * not repeated here, but by the reliable channel above. A message that finds the outbox full, or whose `ttlMs` runs out
 * in it, comes back as `refused` with `relay-unreachable`. Unsubscribing drops what is in the outbox. What was sent
 * before still goes out: the connection stays open for that, at most a second.
 *
 * If another client took the name meanwhile, this one claims it again every 7 to 9.1 s, by chance. It emits
 * `connecting` with the error `name-taken` each time. The same goes for a user with too many parties. At the first
 * connection of a subscription, both are errors.
 *
 * An error or the end of `outgoing$` leaves the connection open.
 *
 * @throws TypeError outside a browser unless `outsideBrowser` is set; without a `url` if there is no page; with a `url`
 * that has a path; and without both `name` and `token`.
 *
 * @example
 * const signaling = socketIoSignaling({ url: 'https://relay.example.org', name: 'alice' })
 * createCallClient({ signaling, peer: nativePeer({ iceServers: signaling.iceServers$ }), media: browserMedia() })
 */
export function socketIoSignaling(options: SocketIoOptions): SocketIoSignaling {
  if (options.outsideBrowser !== true && !isInBrowser())
    throw new TypeError(`socketIoSignaling: ${outsideBrowserProblem}`)
  const page = pageLocation()
  const relay = relayUrl(options.url, page)
  if (options.name === undefined && options.token === undefined)
    throw new TypeError('socketIoSignaling: pass a name, or a token that says who the user is')
  const { scheduler = asyncScheduler, random = Math.random } = options
  const { connectTimeoutMs = 10_000, outboxLimit = 128 } = options
  const { token } = options
  const claim: HandshakeAuth = {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.room === undefined ? {} : { room: options.room }),
    party: options.party ?? systemEnv.id(),
    secret: options.secret ?? systemEnv.id(),
  }
  const auth$ = token === undefined ? of(claim) : tokenOf(token).pipe(map((token) => ({ ...claim, token })))
  const renews = typeof token === 'function'
  const newSocket = (): RelaySocket =>
    io(relay.href, {
      transports: [...(options.transports ?? (['websocket'] as const))],
      tryAllTransports: true,
      forceNew: true,
      autoConnect: false,
      reconnection: false,
      ...(options.path === undefined ? {} : { path: options.path }),
    })

  const iceServers$ = new BehaviorSubject<readonly RTCIceServer[]>([])

  return {
    iceServers$: iceServers$.asObservable(),
    connect: (outgoing$) =>
      new Observable<SignalingEvent>((subscriber) => {
        const socket = newSocket()
        const refuse = (message: OutgoingMessage, error: CallError): void =>
          subscriber.next({ type: 'refused', message, error })
        const sender = createMessageSender(socket, refuse, scheduler)
        const outbox = createOutbox({ transmit: sender.transmit, refuse, scheduler, limit: outboxLimit })

        const disconnect = (): void => {
          if (subscriber.closed) sender.leave()
          else socket.disconnect()
        }
        const connection$ = relayConnection(socket, disconnect, {
          auth$,
          renews,
          advice: unreachableAdvice(relay, page),
          issued: (servers) => iceServers$.next(servers),
          welcomeMs: connectTimeoutMs,
          scheduler,
          random,
        }).pipe(
          tap({
            next: (event) => {
              if (event.type !== 'online') return
              user = event.self.user
              outbox.online()
            },
            error: outbox.offline,
          }),
        )
        // With a token, the relay alone knows who that is.
        let user = token === undefined ? options.name : undefined
        const asking = (): SignalingEvent => ({ type: 'connecting', ...(user !== undefined && { user }) })
        const events$ = reconnecting<SignalingEvent>(connection$, {
          scheduler,
          random,
          stableMs,
          succeeded: (event) => event.type === 'online',
          final: isFinal,
          wake$: options.wake$ ?? networkBack(),
          slow: ({ detail }) => isHeldByOthers(detail.relayCode),
          lost: (error) => (error instanceof PlannedLoss ? asking() : { ...asking(), error }),
        })

        subscriber.next(asking())
        subscriber.add(outgoing$.subscribe({ next: outbox.send, error: () => undefined }))
        events$.subscribe(subscriber)
      }),
  }
}
