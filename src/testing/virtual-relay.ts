import { Observable, type Subscriber } from 'rxjs'
import { CallError } from '../core/errors.ts'
import type { Env, SignalingEvent, SignalingPort } from '../core/ports/index.ts'
import { CLAIM_AGAIN_MS } from '../core/protocol/claim-again.ts'
import { featuresKey, OutgoingMessage, parse } from '../core/protocol/index.ts'
import type { FeatureId, IncomingMessage, Party } from '../core/protocol/index.ts'

export interface VirtualRelayOptions {
  /** The one-way latency between a client and the relay, in milliseconds. Default: 5. */
  readonly latencyMs?: number | undefined
  /**
   * Disturbs a message between relay and addressee. Returns an extra delay in milliseconds for each copy that arrives.
   * `[0]`, the default, delivers it as usual, `[]` loses it, and `[0, 30]` delivers it twice. `sentAt` is when its
   * sender sent it, as the scheduler of `env` gives it.
   */
  readonly disturb?: ((message: IncomingMessage, to: Party, sentAt: number) => readonly number[]) | undefined
  /** Whether it validates messages, as the real relay and the addressee both do. Default: true. */
  readonly checks?: boolean | undefined
  /** The features in its welcome. None by default. */
  readonly features?: readonly FeatureId[] | undefined
}

/** A relay in virtual time, with the rules of the real one and no socket. */
export interface VirtualRelay {
  /** Returns the port of one client. Several clients of one user need different parties. */
  port(self: Party): SignalingPort
  /** Cuts the connection of a party, which is online again `ms` milliseconds later. Messages in flight are lost. */
  cut(party: string, ms: number): void
  /** Restarts the relay. All clients lose their connection, and are online again after `ms` milliseconds. */
  restart(ms: number): void
  /**
   * Makes somebody else hold a user's name for `ms` milliseconds. Clients that connect meanwhile are refused as
   * `name-taken`. Clients that were online before and lost their connection claim the name again every 7 s.
   */
  hold(user: string, ms: number): void
  /** Delivers a message to a party unchanged, from any sender. */
  deliver(party: string, message: unknown): void
}

/** How many messages a client queues while offline; more are refused. */
const OUTBOX = 128

interface Client {
  readonly self: Party
  readonly events: Subscriber<SignalingEvent>
  /** The number of the connection. Anything that belongs to an earlier one is lost. */
  connection: number
  /** Whether the relay has it connected. */
  online: boolean
  /** Whether it knows that it is online, and has sent its queue. */
  ready: boolean
  outbox: Sent[]
}

interface Sent {
  readonly message: OutgoingMessage
  readonly at: number
}

/**
 * Makes a {@link VirtualRelay} on the clock of `env`.
 *
 * @example
 * const relay = virtualRelay(env, { latencyMs: 50 })
 * const signaling = relay.port({ user: 'alice', party: virtualId(1) })
 */
export function virtualRelay(
  env: Env,
  { latencyMs = 5, disturb = () => [0], checks = true, features }: VirtualRelayOptions = {},
): VirtualRelay {
  const clients = new Set<Client>()
  /** When the names that somebody else holds become free. */
  const heldUntil = new Map<string, number>()
  const later = (ms: number, work: () => void) => env.scheduler.schedule(work, ms)
  /** Runs `work` after `ms`, if the client is still on the same connection. */
  const over = (client: Client, ms: number, work: () => void) => {
    const { connection } = client
    later(ms, () => {
      if (client.online && client.connection === connection) work()
    })
  }
  const tell = (client: Client, event: SignalingEvent, extraMs = 0) =>
    over(client, latencyMs + extraMs, () => client.events.next(event))
  const sendRosters = () => {
    const users = [
      ...new Set([...clients].filter(({ online }) => online).map(({ self }) => self.user)),
    ].sort()
    for (const client of clients)
      if (client.online)
        tell(client, { type: 'roster', users: users.filter((user) => user !== client.self.user) })
  }

  const route = (sender: Client, { message: input, at }: Sent) => {
    const parsed = checks ? parse(OutgoingMessage, input) : undefined
    if (parsed?.ok === false) {
      refuse(sender, input, new CallError('invalid-message', parsed.problem))
      return
    }
    const message: IncomingMessage = { ...input, from: sender.self, ageMs: 0 }
    let reached = false
    for (const client of clients) {
      if (!client.online || client === sender || !isFor(client.self, message)) continue
      reached = true
      for (const extraMs of disturb(message, client.self, at))
        tell(client, { type: 'message', message }, extraMs)
    }
    if (!reached) refuse(sender, input, new CallError('unreachable', `${message.to.user} is not connected`))
  }
  const refuse = (sender: Client, message: OutgoingMessage, error: CallError) => {
    tell(sender, { type: 'refused', message, error })
  }
  const transmit = (client: Client, sent: Sent) => over(client, latencyMs, () => route(client, sent))
  const send = (client: Client, message: OutgoingMessage) => {
    const sent: Sent = { message, at: env.scheduler.now() }
    if (client.ready) transmit(client, sent)
    else if (client.outbox.length < OUTBOX) client.outbox.push(sent)
    else
      client.events.next({
        type: 'refused',
        message,
        error: new CallError('relay-unreachable', 'outbox full'),
      })
  }
  const connect = (client: Client) => {
    if (client.online || !clients.has(client)) return
    if ((heldUntil.get(client.self.user) ?? 0) > env.scheduler.now()) {
      const error = new CallError('name-taken', 'another client holds this name', {
        detail: { relayCode: 'name-taken' },
      })
      if (client.connection === 0) client.events.error(error)
      else client.events.next({ type: 'connecting', error })
      if (client.connection > 0) later(CLAIM_AGAIN_MS, () => connect(client))
      return
    }
    client.online = true
    client.connection++
    over(client, latencyMs, () => {
      client.ready = true
      client.outbox.splice(0).forEach((sent) => transmit(client, sent))
      client.events.next({ type: 'online', self: client.self, ...featuresKey(features) })
    })
    sendRosters()
  }
  const disconnect = (client: Client, ms: number) => {
    if (client.online) {
      client.online = client.ready = false
      client.events.next({
        type: 'connecting',
        user: client.self.user,
        error: new CallError('relay-unreachable', 'the connection was cut'),
      })
    }
    later(ms, () => connect(client))
  }

  return {
    port: (self) => ({
      connect: (outgoing$) =>
        new Observable((events) => {
          const client: Client = { self, events, connection: 0, online: false, ready: false, outbox: [] }
          clients.add(client)
          events.next({ type: 'connecting', user: self.user })
          later(latencyMs, () => connect(client))
          events.add(
            outgoing$.subscribe({
              next: (message) => send(client, message),
              error: () => undefined,
            }),
          )
          events.add(() => {
            // What was sent before still arrives.
            later(latencyMs, () => {
              if (clients.delete(client) && client.online) sendRosters()
            })
          })
        }),
    }),
    cut(party, ms) {
      for (const client of clients) if (client.self.party === party) disconnect(client, ms)
      sendRosters()
    },
    restart(ms) {
      clients.forEach((client) => disconnect(client, ms))
    },
    hold(user, ms) {
      heldUntil.set(user, env.scheduler.now() + ms)
    },
    deliver(party, message) {
      for (const client of clients)
        if (client.self.party === party) tell(client, { type: 'message', message })
    },
  }
}

function isFor(self: Party, { to }: IncomingMessage): boolean {
  return to.user === self.user && (to.party === undefined || to.party === self.party)
}
