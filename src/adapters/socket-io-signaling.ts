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
  /**
   * The path of Socket.IO's own requests, `/socket.io` by default; `/calls/socket.io` for a relay that a proxy serves
   * at `/calls/`.
   */
  readonly path?: string | undefined
  /** The name that others call this client by. Optional if a `token` identifies the user. */
  readonly name?: string | undefined
  /**
   * Proves the user's identity to a relay that requires it. A function is called for each connection, so each
   * reconnection gets a fresh token. If it fails, it is called again after the usual waits. When a token given as a
   * string expires, the client is refused permanently.
   */
  readonly token?: TokenSource | undefined
  /**
   * The room of this client; by default the relay's common room. The roster shows the users of the same room. Users of
   * other rooms can still be called by name.
   */
  readonly room?: string | undefined
  /**
   * This tab or device: 128 random bits in lower-case hexadecimal. Created once for each port by default, and kept
   * across reconnections. A connection replaces an earlier one with the same name, secret and party. So do not store
   * it: a duplicated tab would share it with the original.
   */
  readonly party?: string | undefined
  /**
   * Proves to the relay that the name belongs to this client: 128 random bits in lower-case hexadecimal. Keep it
   * private. By default each port creates one, so that nobody else can take the name while this client is connected.
   * Clients with the same name and secret are one user: all of them ring. Store it, for example in `localStorage`, to
   * use the name in every tab, and at once after a reload.
   */
  readonly secret?: string | undefined
  /**
   * The transports, tried in this order. Only WebSocket by default: it is faster, and long polling needs a load
   * balancer with sticky sessions.
   */
  readonly transports?: readonly ('websocket' | 'polling')[] | undefined
  /**
   * Set this in a bot, a test or another program without a page. By default a client outside a browser is refused.
   * Otherwise a page rendered on a server would connect to the relay for each request. React Native does not need it.
   */
  readonly outsideBrowser?: boolean | undefined
  /** Milliseconds that one attempt may take, up to the relay's welcome; 10,000 by default. */
  readonly connectTimeoutMs?: number | undefined
  /** How many messages are queued while offline; 128 by default, which the relay accepts at once. */
  readonly outboxLimit?: number | undefined
  /**
   * Emits when a lost connection may work again. The client then retries at once, at most once a second, and the waits
   * start over. By default, emits on the page's `online`, and on `pageshow` when the page is restored from the
   * back/forward cache. Without a page, pass a signal of the platform, or `NEVER` for none.
   *
   * @example
   * ```ts
   * socketIoSignaling({ name, wake$: merge(fromEvent(window, 'online'), userClickedTryAgain$) })
   * ```
   */
  readonly wake$?: Observable<unknown> | undefined
  /** The scheduler for the waits between attempts. */
  readonly scheduler?: SchedulerLike | undefined
  /**
   * Returns a number from 0 up to 1 that lengthens waits and spreads clients told to move; `Math.random` by default.
   */
  readonly random?: (() => number) | undefined
}

/** A signaling port over a Socket.IO relay, and what else the relay offers. */
export interface SocketIoSignaling extends SignalingPort {
  /**
   * The ICE servers that the relay has issued for this client, with credentials that expire. Empty until then. Replays
   * the latest to each subscriber, and emits new ones before they expire. Never completes or errors. Pass it as the
   * `iceServers` of a peer port.
   */
  readonly iceServers$: Observable<readonly RTCIceServer[]>
}

/** Milliseconds that a connection has to last so that its loss is retried at once. */
const stableMs = 10_000

/**
 * Signaling over a Socket.IO relay. See {@link SignalingPort} for what it emits.
 *
 * Each subscription has its own connection. All connections of a port are the same party, and the relay keeps only the
 * newest one of a party. So use one subscription at a time. A replaced connection counts as lost. Rivals for one party
 * keep replacing each other, soon at intervals of seconds.
 *
 * After a loss it retries at once, then after 0.3, 1.2, 2.7, 4.8 and every 7 s. Each wait but the first is up to 30 %
 * longer, at random. When `wake$` emits, it retries at once, and the waits start over.
 *
 * A message counts as sent when it is handed to an open connection. One that was in flight when the connection broke is
 * retransmitted by the reliable channel above, not here. If the outbox is full, or a message's `ttlMs` runs out in it,
 * it is emitted as `refused` with `relay-unreachable`. Unsubscribing drops the outbox. Messages sent before are still
 * delivered: the connection stays open for that, at most a second.
 *
 * If another client has taken the name meanwhile, this one claims it again every 7 to 9.1 s, at random. It emits
 * `connecting` with the error `name-taken` each time. The same applies to a user with too many parties. For a
 * subscription's first connection, both are errors.
 *
 * If `outgoing$` errors or completes, the connection stays open.
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
        // With a token, only the relay knows the user.
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
