import { Observable, type Subscriber } from 'rxjs'
import { CallError } from '../core/errors.ts'
import type { Env, SignalingEvent, SignalingPort } from '../core/ports/index.ts'
import { OutgoingMessage, parse, type IncomingMessage, type Party } from '../core/protocol/index.ts'

export interface VirtualRelayOptions {
  /** Milliseconds that anything takes between a client and the relay, one way. Default: 5. */
  readonly latencyMs?: number
  /**
   * What happens to a message between relay and addressee: one extra delay in milliseconds for each copy that arrives.
   * `[0]`, the default, is a message that arrives as it should, `[]` a lost one, `[0, 30]` one that comes twice.
   */
  readonly disturb?: (message: IncomingMessage) => readonly number[]
}

/** A relay in virtual time, with the rules of the real one and no socket. */
export interface VirtualRelay {
  /** The way of one client to this relay. Several clients of one user have to be of different parties. */
  port(self: Party): SignalingPort
}

interface Client {
  readonly self: Party
  readonly events: Subscriber<SignalingEvent>
}

/** Makes a {@link VirtualRelay} on the clock of `env`. */
export function virtualRelay(
  env: Env,
  { latencyMs = 5, disturb = () => [0] }: VirtualRelayOptions = {},
): VirtualRelay {
  const clients = new Set<Client>()
  const later = (ms: number, work: () => void) => env.scheduler.schedule(work, ms)
  const tell = (client: Client, event: SignalingEvent, extraMs = 0) =>
    later(latencyMs + extraMs, () => {
      if (clients.has(client)) client.events.next(event)
    })
  const sendRosters = () => {
    for (const client of clients) {
      const users = new Set([...clients].map(({ self }) => self.user))
      users.delete(client.self.user)
      tell(client, { type: 'roster', users: [...users].sort() })
    }
  }
  const route = (sender: Client, input: OutgoingMessage) => {
    const parsed = parse(OutgoingMessage, input)
    if (!parsed.ok) {
      refuse(sender, input, new CallError('invalid-message', parsed.problem))
      return
    }
    const message: IncomingMessage = { ...parsed.value, from: sender.self, ageMs: 0 }
    const addressees = [...clients].filter(
      (client) =>
        client !== sender && client.self.user === message.to.user && partyFits(client.self, message),
    )
    if (addressees.length === 0)
      refuse(sender, input, new CallError('unreachable', `${message.to.user} is not connected`))
    for (const client of addressees)
      for (const extraMs of disturb(message)) tell(client, { type: 'message', message }, extraMs)
  }
  const refuse = (sender: Client, message: OutgoingMessage, error: CallError) => {
    tell(sender, { type: 'refused', message, error })
  }

  return {
    port: (self) => ({
      connect: (outgoing$) =>
        new Observable((events) => {
          const client: Client = { self, events }
          events.next({ type: 'connecting' })
          events.add(
            later(latencyMs, () => {
              clients.add(client)
              tell(client, { type: 'online', self })
              sendRosters()
            }),
          )
          events.add(
            outgoing$.subscribe({
              next: (message) => later(latencyMs, () => route(client, message)),
              error: (thrown: unknown) => events.error(thrown),
            }),
          )
          events.add(() => {
            if (clients.delete(client)) sendRosters()
          })
        }),
    }),
  }
}

function partyFits(self: Party, { to }: IncomingMessage): boolean {
  return to.party === undefined || to.party === self.party
}
