import { Observable, Subject, type Subscription } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { SignalingEvent, SignalingPort } from '../../core/ports/index.ts'
import { IncomingMessage, parse, PROTOCOL_VERSION, type OutgoingMessage } from '../../core/protocol/index.ts'
import { ConformanceError, eventually, insist, patience, pause } from '../conformance/waiting.ts'

/** Makes ports that reach each other. Each is of another party of the user. */
export type NewSignalingPort = (user: string) => SignalingPort | Promise<SignalingPort>

/** One rule of {@link SignalingPort}. `run` rejects with what is wrong, and leaves nothing connected. */
export interface SignalingCase {
  readonly name: string
  /** Each step may take `patienceMs` milliseconds; 20,000 by default. */
  readonly run: (newPort: NewSignalingPort, options?: { readonly patienceMs?: number }) => Promise<void>
}

/**
 * The contract of {@link SignalingPort} as a suite of cases, for an adapter of one's own. Runs on the real clock, within a
 * few seconds for each case.
 *
 * @example
 * it.each(signalingCases)('my port $name', ({ run }) => run((user) => myPort(user)))
 */
export const signalingCases: readonly SignalingCase[] = [
  rule('is online as its user, with a party of its own', async ({ join }) => {
    const [alice, phone] = [await join('alice'), await join('alice')]
    insist(alice.self.user === 'alice', `online as ${alice.self.user}, and not as alice`)
    insist(alice.self.party !== phone.self.party, 'two ports are the same party')
    insist(/^[0-9a-f]{32}$/.test(alice.self.party), `the party ${alice.self.party} has not 32 hex digits`)
  }),

  rule('names everybody else in the roster, once and sorted', async ({ join }) => {
    const alice = await join('alice')
    await join('carol')
    const bob = await join('bob')
    await join('bob')
    await alice.sees('bob', 'carol')
    await bob.sees('alice', 'carol')
  }),

  rule('takes somebody who leaves off the roster', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await alice.sees('bob')
    bob.leave()
    await alice.sees()
  }),

  rule('brings a message for a user to all parties of that user, and to nobody else', async ({ join }) => {
    const [alice, bob, phone, carol] = [
      await join('alice'),
      await join('bob'),
      await join('bob'),
      await join('carol'),
    ]
    await alice.sees('bob', 'carol')
    alice.send({ user: 'bob' }, 1)
    await bob.receives(1)
    await phone.receives(1)
    await quiet(alice, carol)
  }),

  rule('brings a message for a party to that party alone', async ({ join }) => {
    const [alice, bob, phone] = [await join('alice'), await join('bob'), await join('bob')]
    await alice.sees('bob')
    alice.send(phone.self, 1)
    await phone.receives(1)
    await quiet(bob)
  }),

  rule('adds who sent a message, and its age, whatever the sender claims', async ({ join, until }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await alice.sees('bob')
    alice.send({ user: 'bob' }, 1)
    await until(() => (bob.raw().length > 0 ? null : 'nothing has arrived'))
    alice.send({ user: 'bob' }, 2, { from: { user: 'mallory', party: 'b'.repeat(32) }, ageMs: 9_999 })
    // It may be refused, or come with the true values.
    await pause(QUIET_MS)
    for (const raw of bob.raw()) {
      const message = parse(IncomingMessage, raw)
      if (!message.ok)
        throw new ConformanceError(`what arrives is not a message of the protocol: ${message.problem}`)
      const { from, ageMs } = message.value
      insist(from.user === 'alice' && from.party === alice.self.party, `it comes from ${from.user}`)
      insist(ageMs >= 0 && ageMs < 9_000, `its age is ${ageMs} ms`)
    }
  }),

  rule('keeps the order of messages', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await alice.sees('bob')
    const numbers = Array.from({ length: 50 }, (_, index) => index + 1)
    for (const seq of numbers) alice.send(bob.self, seq)
    await bob.receives(...numbers)
  }),

  rule('gives back a message for somebody who is not there, as refused', async ({ join, until }) => {
    const alice = await join('alice')
    alice.send({ user: 'nobody' }, 7)
    await until(() => (alice.refused().length > 0 ? null : 'nothing was refused'))
    const [refused] = alice.refused()
    insist(refused?.error.code === 'unreachable', `refused as ${refused?.error.code}, and not as unreachable`)
    insist(refused.message.seq === 7, 'another message was refused')
  }),

  rule('stays online when its outgoing messages end or fail', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await bob.sees('alice')
    alice.fail(new Error('injected'))
    bob.send({ user: 'alice' }, 1)
    await alice.receives(1)
  }),

  rule('can be connected again after it was left, and sends nothing meanwhile', async ({ join, again }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await bob.sees('alice')
    alice.leave()
    await bob.sees()
    alice.send({ user: 'bob' }, 1)
    const back = await again(alice)
    await bob.sees('alice')
    back.send({ user: 'bob' }, 2)
    await bob.receives(2)
  }),
]

/** A client of a port. */
interface Client {
  readonly port: SignalingPort
  readonly self: { readonly user: string; readonly party: string }
  send(to: OutgoingMessage['to'], seq: number, more?: object): void
  /** Errors its stream of outgoing messages. */
  fail(thrown: unknown): void
  leave(): void
  /** Everything that it was brought as a message. */
  readonly raw: () => readonly unknown[]
  readonly refused: () => readonly Extract<SignalingEvent, { type: 'refused' }>[]
  /** Resolves once its roster is this. */
  sees(...users: string[]): Promise<void>
  /** Resolves once messages with these numbers have arrived, in this order, and nothing else. */
  receives(...numbers: number[]): Promise<void>
}

interface Tools {
  readonly join: (user: string) => Promise<Client>
  readonly again: (client: Client) => Promise<Client>
  /** Asks until the answer is null. */
  readonly until: (missing: () => string | null) => Promise<void>
}

function rule(name: string, check: (tools: Tools) => Promise<void>): SignalingCase {
  return {
    name,
    async run(newPort, { patienceMs = patience } = {}) {
      const running: Subscription[] = []
      const until = (missing: () => string | null) => eventually(missing, { withinMs: patienceMs })
      const open = (port: SignalingPort) => connect(port, until, (subscription) => running.push(subscription))
      try {
        await check({
          join: async (user) => open(await newPort(user)),
          again: ({ port }) => open(port),
          until,
        })
      } finally {
        for (const subscription of running) subscription.unsubscribe()
      }
    },
  }
}

async function connect(
  port: SignalingPort,
  until: Tools['until'],
  opened: (subscription: Subscription) => void,
): Promise<Client> {
  const outgoing$ = new Subject<OutgoingMessage>()
  const events: SignalingEvent[] = []
  let failure: unknown
  const subscription = new Observable<SignalingEvent>((subscriber) =>
    port.connect(outgoing$.asObservable()).subscribe(subscriber),
  ).subscribe({ next: (event) => events.push(event), error: (thrown: unknown) => (failure = thrown) })
  opened(subscription)
  const of = <T extends SignalingEvent['type']>(type: T) =>
    events.filter((event): event is Extract<SignalingEvent, { type: T }> => event.type === type)
  await until(() => {
    if (failure !== undefined) throw new ConformanceError(`refused: ${describe(failure)}`)
    return of('online').length > 0 ? null : 'it does not come online'
  })
  const self = of('online').at(-1)?.self ?? { user: '', party: '' }
  const numbers = () => of('message').map(({ message }) => (message as { seq?: number }).seq)
  return {
    port,
    self,
    send: (to, seq, more = {}) =>
      outgoing$.next({
        v: PROTOCOL_VERSION,
        type: 'ringing',
        callId: 'c'.repeat(32),
        to,
        seq,
        body: {},
        ...more,
      }),
    fail: (thrown) => outgoing$.error(thrown),
    leave: () => subscription.unsubscribe(),
    raw: () => of('message').map(({ message }) => message),
    refused: () => of('refused'),
    sees: (...users) =>
      until(() => {
        const roster = of('roster').at(-1)?.users ?? []
        return roster.join() === users.join()
          ? null
          : `${self.user} sees ${list(roster)} in the roster, and not ${list(users)}`
      }),
    receives: (...expected) =>
      until(() =>
        numbers().join() === expected.join()
          ? null
          : `${self.user} received the messages ${list(numbers())}, and not ${list(expected)}`,
      ),
  }
}

/** Long enough for what must not come, in milliseconds. */
const QUIET_MS = 300

/** Checks that nothing arrives at these clients. */
async function quiet(...clients: readonly Client[]): Promise<void> {
  await pause(QUIET_MS)
  for (const { self, raw } of clients)
    insist(raw().length === 0, `${self.user} received a message that is for others`)
}

const list = (values: readonly unknown[]) => (values.length === 0 ? 'nothing' : values.join(', '))
const describe = (thrown: unknown) =>
  CallError.is(thrown) ? `${thrown.code}: ${thrown.message}` : String(thrown)
