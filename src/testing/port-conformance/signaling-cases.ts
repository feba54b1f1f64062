import type { Subscription } from 'rxjs'
import type { SignalingPort } from '../../core/ports/index.ts'
import { IncomingMessage, parse } from '../../core/protocol/index.ts'
import { ConformanceError, eventually, insist, patience, pause } from '../conformance/waiting.ts'
import { connect, type SignalingClient, type Until } from './signaling-client.ts'

/** Creates ports that can reach each other. Each is a different party of its user. */
export type NewSignalingPort = (user: string) => SignalingPort | Promise<SignalingPort>

/** One rule of {@link SignalingPort}. `run` rejects with what is wrong, and leaves nothing connected. */
export interface SignalingCase {
  readonly name: string
  /** Each step may take `patienceMs` milliseconds; 20,000 by default. */
  readonly run: (newPort: NewSignalingPort, options?: { readonly patienceMs?: number }) => Promise<void>
}

/**
 * The contract of {@link SignalingPort} as a suite of cases, for your own adapter. Runs on the real clock, and takes a
 * few seconds for each case. It requires a roster, too, which the core does not need. Nothing here breaks a connection,
 * so your own tests have to cover reconnecting.
 *
 * @example
 * it.each(signalingCases)('my port $name', ({ run }) => run((user) => myPort(user)))
 */
export const signalingCases: readonly SignalingCase[] = [
  rule('is online as its user, with a unique party', async ({ join }) => {
    const [alice, phone] = [await join('alice'), await join('alice')]
    insist(alice.self.user === 'alice', `online as ${alice.self.user}, and not as alice`)
    insist(alice.self.party !== phone.self.party, 'two ports are the same party')
    insist(
      /^[0-9a-f]{32}$/.test(alice.self.party),
      `the party ${alice.self.party} does not have 32 hex digits`,
    )
  }),

  rule('names everybody else in the roster, once and sorted', async ({ join }) => {
    const alice = await join('alice')
    await join('carol')
    const bob = await join('bob')
    await join('bob')
    await alice.sees('bob', 'carol')
    await bob.sees('alice', 'carol')
  }),

  rule('emits a roster whenever it comes online, even an empty one', async ({ join, again, until }) => {
    const alice = await join('alice')
    const hasRoster = (client: SignalingClient) =>
      until(() => (client.rosters() > 0 ? null : 'it is online without a roster'))
    await hasRoster(alice)
    alice.leave()
    await hasRoster(await again(alice))
  }),

  rule('removes a user who leaves from the roster', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await alice.sees('bob')
    bob.leave()
    await alice.sees()
  }),

  rule('delivers a message for a user to all parties of that user, and to nobody else', async ({ join }) => {
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

  rule('delivers a message for a party to that party alone', async ({ join }) => {
    const [alice, bob, phone] = [await join('alice'), await join('bob'), await join('bob')]
    await alice.sees('bob')
    alice.send(phone.self, 1)
    await phone.receives(1)
    await quiet(bob)
  }),

  rule('adds the sender and the age of a message, whatever the sender claims', async ({ join, until }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await alice.sees('bob')
    alice.send({ user: 'bob' }, 1)
    await until(() => (bob.raw().length > 0 ? null : 'nothing has arrived'))
    alice.send({ user: 'bob' }, 2, { from: { user: 'mallory', party: 'b'.repeat(32) }, ageMs: 9_999 })
    // The relay may refuse it, or deliver it with the true values.
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

  rule('delivers messages in order', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await alice.sees('bob')
    const numbers = Array.from({ length: 50 }, (_, index) => index + 1)
    for (const seq of numbers) alice.send(bob.self, seq)
    await bob.receives(...numbers)
  }),

  rule('returns a message for an absent user as refused', async ({ join, until }) => {
    const alice = await join('alice')
    const message = alice.send({ user: 'nobody' }, 7)
    await until(() => (alice.refused().length > 0 ? null : 'nothing was refused'))
    const [refused] = alice.refused()
    insist(refused?.error.code === 'unreachable', `refused as ${refused?.error.code}, and not as unreachable`)
    insist(isSame(refused.message, message), 'the refused message is not the one that was sent')
  }),

  rule('stays online when its outgoing messages fail', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await bob.sees('alice')
    alice.fail(new Error('injected'))
    bob.send({ user: 'alice' }, 1)
    await alice.receives(1)
    alice.insistConnected()
  }),

  rule('stays online when its outgoing messages complete', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await bob.sees('alice')
    alice.end()
    bob.send({ user: 'alice' }, 1)
    await alice.receives(1)
    alice.insistConnected()
  }),

  rule('connects again after unsubscribing, and sends nothing in between', async ({ join, again }) => {
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

interface Tools {
  readonly join: (user: string) => Promise<SignalingClient>
  readonly again: (client: SignalingClient) => Promise<SignalingClient>
  readonly until: Until
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

/** How long to wait for what must not arrive, in milliseconds. */
const QUIET_MS = 300

/** Checks that nothing arrives at these clients. */
async function quiet(...clients: readonly SignalingClient[]): Promise<void> {
  await pause(QUIET_MS)
  for (const { self, raw } of clients)
    insist(raw().length === 0, `${self.user} received a message that is for others`)
}

/** Whether two messages have the same content. A relay may change the order of the keys. */
const isSame = (a: object, b: object) => canonical(a) === canonical(b)
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.entries(part).sort() : part,
  )
