import { Observable, Subscription, switchMap, throwError, timeout, timer, type SchedulerLike } from 'rxjs'
import type { Socket } from 'socket.io-client'
import { CallError } from '../../core/errors.ts'
import type { SignalingEvent } from '../../core/ports/index.ts'
import {
  IssuedIceServers,
  Welcome,
  featuresKey,
  parse,
  type ClientToRelay,
  type HandshakeAuth,
  type RelayToClient,
} from '../../core/protocol/index.ts'
import { applyRosterChange, rosterOf } from './roster.ts'
import { expiredToken, handshakeError, PlannedLoss, refusal } from './relay-errors.ts'

export type RelaySocket = Socket<RelayToClient, ClientToRelay>

export interface RelayConnectionOptions {
  /** What to send the relay; subscribed to once for each connection. */
  readonly auth$: Observable<HandshakeAuth>
  /** Whether `auth$` has another token for each connection. */
  readonly renews: boolean
  /** What to check if the relay cannot be reached. */
  readonly advice: string
  /** Called with the ICE servers that the relay issues. */
  readonly issued: (iceServers: IssuedIceServers['iceServers']) => void
  /** Milliseconds to wait for the welcome. */
  readonly welcomeMs: number
  readonly scheduler: SchedulerLike
  /** A random number from 0 up to 1. */
  readonly random: () => number
}

/**
 * One connection to the relay: subscribing connects `socket`, unsubscribing calls `disconnect`.
 *
 * Emits `online` when the relay has sent this client's identity. Then emits messages, and the complete roster after
 * each change. Errors with a CallError if the connection fails, is lost, or delivers no welcome within `welcomeMs`.
 */
export function relayConnection(
  socket: RelaySocket,
  disconnect: () => void,
  options: RelayConnectionOptions,
): Observable<SignalingEvent> {
  const { auth$, welcomeMs, scheduler } = options
  return auth$.pipe(
    switchMap((auth) => connectionOf(socket, disconnect, auth, options)),
    timeout({
      first: welcomeMs,
      scheduler,
      with: () =>
        throwError(
          () => new CallError('relay-unreachable', `no welcome from the relay within ${welcomeMs} ms`),
        ),
    }),
  )
}

function connectionOf(
  socket: RelaySocket,
  disconnect: () => void,
  auth: HandshakeAuth,
  { renews, advice, issued, random, scheduler }: RelayConnectionOptions,
): Observable<SignalingEvent> {
  return new Observable<SignalingEvent>((subscriber) => {
    let self: string | undefined
    let users: ReadonlySet<string> = new Set()
    const emitRoster = (): void => {
      if (self !== undefined) subscriber.next({ type: 'roster', users: rosterOf(users, self) })
    }

    socket.on('welcome', (input) => {
      const welcome = parse(Welcome, input)
      if (!welcome.ok) {
        subscriber.error(
          new CallError(
            'relay-unreachable',
            `the answer is not from a relay of this protocol: ${welcome.problem}`,
          ),
        )
        return
      }
      const { user, party, features } = welcome.value
      self = user
      subscriber.next({ type: 'online', self: { user, party }, ...featuresKey(features) })
    })
    socket.on('ice-servers', (servers: unknown) => {
      const parsed = parse(IssuedIceServers, servers)
      if (parsed.ok) issued(parsed.value.iceServers)
    })
    socket.on('roster', (change) => {
      users = applyRosterChange(users, change)
      emitRoster()
    })
    socket.on('message', (message) => subscriber.next({ type: 'message', message }))
    const moves = new Subscription()
    const movesWithin = (closing: unknown, problem: string) =>
      timer(random() * withinMs(closing), scheduler).subscribe({
        next: () =>
          subscriber.error(
            new PlannedLoss('relay-unreachable', problem, { detail: { relayCode: 'moving' } }),
          ),
        error: (thrown: unknown) => subscriber.error(thrown),
      })
    socket.on('closing', (closing: unknown) => {
      const { code, problem } = refusal(closing)
      if (code === 'token-expired') subscriber.error(expiredToken(problem, renews))
      if (code === 'moving') moves.add(movesWithin(closing, problem))
    })
    socket.on('connect_error', (error) => subscriber.error(handshakeError(error, { renews, advice })))
    socket.on('disconnect', (reason) =>
      subscriber.error(new CallError('relay-unreachable', `the connection to the relay was lost: ${reason}`)),
    )
    socket.auth = auth
    socket.connect()

    return () => {
      moves.unsubscribe()
      socket.off()
      disconnect()
    }
  })
}

/** The longest time over which a relay may spread its clients' moves, in milliseconds. */
const maxMoveMs = 10 * 60_000

function withinMs(closing: unknown): number {
  if (typeof closing !== 'object' || closing === null || !('withinMs' in closing)) return 0
  const ms = Number(closing.withinMs)
  return ms > 0 ? Math.min(ms, maxMoveMs) : 0
}
