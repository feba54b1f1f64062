import { isDeepStrictEqual } from 'node:util'
import type { Party } from 'rxcall'
import { concatMap, lastValueFrom, takeWhile, timer } from 'rxjs'
import { assert, expect, it } from 'vitest'
import { nothingLeft } from '../integration/support/call-test.ts'
import { until } from '../integration/support/until.ts'
import { connect, randomId } from '../relay/support/relay-fixture.ts'
import { expectUndisturbed } from './support/bystanders.ts'
import { createLedger } from './support/ledger.ts'
import { fuzzRelay, type RelayFuzzResult } from './support/fuzz-relay.ts'
import {
  expectForeignPagesRefused,
  expectNameKept,
  expectOnlyAddressed,
  expectReplaysStamped,
} from './support/production-checks.ts'
import * as attacks from './support/socket-attacks.ts'
import { pages, startProduction } from './support/start-production.ts'
import { talk } from './support/talk.ts'
import {
  broughtTo,
  call,
  interruptions,
  join,
  change,
  callInVain,
  PATIENCE,
  saidBy,
} from './support/tested-call.ts'

// Repeats the attacks of this folder on a relay in production: with the command line of docs/deploy.md, behind a proxy,
// during somebody's call.

/** By how much the used memory may grow over the whole test, in bytes. */
const SLACK = 12 * 1024 * 1024

/** Milliseconds between two changes of the call, while an attack goes on. */
const PACE = 1000

/** The addressees of the made-up messages. */
const ALICE: Party = { user: 'alice', party: 'a'.repeat(32) }
const BOB: Party = { user: 'bob', party: 'b'.repeat(32) }
const CAROL: Party = { user: 'carol', party: 'a'.repeat(32) }

it('a relay that runs as docs/deploy.md says survives the attacks, and a call continues meanwhile', async () => {
  const relay = await startProduction()
  const { issuer } = relay
  const [alice, bob] = await Promise.all([
    join((await relay.from('192.0.2.1')).url, issuer, ALICE, 'simple-peer'),
    join((await relay.from('192.0.2.2')).url, issuer, BOB, 'native'),
  ])
  const both = [alice, bob]
  for (const { signaling, name } of both)
    await until(
      signaling.iceServers$,
      (servers) =>
        isDeepStrictEqual(
          servers.flatMap(({ urls }) => urls),
          relay.turnUrls,
        ),
      `credentials of ${name} for ${relay.turnUrls.join(' and ')}`,
      PATIENCE,
    )
  const callId = await call(alice, bob)
  const eventsBefore = both.map(({ events }) => events.length)
  const texts = talk(alice, bob)

  const friends = await relay.from('192.0.2.3')
  const meet = async (user: string, party = randomId()) =>
    connect(friends.url, user, { ...(await friends.claim(user)), party })
  const [carol, dave, erin] = [await meet('carol', CAROL.party), await meet('dave'), await meet('erin')]
  await expectUndisturbed(dave, erin)
  const bytesBefore = await relay.bytes()
  expect(await relay.metric('rxcall_connections')).toBe(5)

  const from = (n: number) => relay.from(`203.0.113.${n}`)
  const unfinished = attacks.unfinishedHandshakes(await from(1))
  let fuzzed: RelayFuzzResult | undefined
  const ledger = createLedger()
  const attack: Record<string, () => Promise<unknown>> = {
    'made-up messages': async () => {
      const seed = Date.now() % 2 ** 31
      console.log(`seed ${seed}`)
      const targets = [await from(2), await from(3), await from(4)]
      fuzzed = await fuzzRelay(targets, { callId, seed, ledger, connections: 150, each: 250 })
    },
    'stray attachments': async () => attacks.strayAttachments(await from(5)),
    'packets without a form': async () => attacks.formlessPackets(await from(6)),
    'floods of headers': async () => attacks.headerFlood(await from(7)),
    'tiny fragments': async () => attacks.tinyFragments(await from(8)),
    'huge frames': async () => attacks.hugeFrames(await from(9)),
    'crowded polls': async () => attacks.crowdedPoll(await from(10)),
    'pages of other origins': async () => expectForeignPagesRefused(await from(11), pages),
    'grabbing of a name': async () => expectNameKept(issuer, await from(12), ALICE),
    'replays of the call': async () => expectReplaysStamped(await from(13), callId, both, ledger),
    'a storm of connections': async () => attacks.connectionStorm(await from(14)),
  }
  /** Uses the call, and the relay, for more than texts. */
  const use = async (time: number) => {
    const [near, far] = time % 2 === 0 ? [alice, bob] : [bob, alice]
    await change(near, far, time < 2)
    for (const who of both) {
      const { from, message } = await callInVain(carol, who)
      ledger.note(from, message)
    }
  }
  let time = 0
  for (const [what, run] of Object.entries(attack)) {
    let isDone = false
    const done = run().then(() => (isDone = true))
    const uses$ = timer(0, PACE).pipe(
      concatMap(() => use(time++).then(() => isDone)),
      takeWhile((isOver) => !isOver),
    )
    await Promise.all([done, lastValueFrom(uses$, { defaultValue: undefined })])
    await texts.goOn()
    expect(relay.isRunning(), `the relay runs after ${what}`).toBe(true)
    for (const [i, { name, events }] of both.entries())
      expect(interruptions(events.slice(eventsBefore[i])), `${name}'s call after ${what}`).toEqual([])
  }
  await unfinished

  for (const url of [relay.url, relay.metricsUrl])
    for (const path of ['/healthz', '/readyz'])
      expect((await fetch(new URL(path, url))).status, path).toBe(200)
  const newcomer = await meet('newcomer')
  newcomer.socket.disconnect()
  await expectUndisturbed(dave, erin)

  assert(fuzzed)
  // Otherwise it would prove nothing.
  expect(fuzzed.routed).toBeGreaterThan(300)
  expect(fuzzed.refused).toBeGreaterThan(10_000)
  expect(fuzzed.limited).toBeGreaterThan(3000)
  expect(carol.messages.length).toBeGreaterThan(20)
  for (const { from, message } of both.flatMap(saidBy)) ledger.note(from, message)
  expectOnlyAddressed(CAROL, carol.messages, ledger)
  for (const who of both) expectOnlyAddressed(who.self, broughtTo(who), ledger)

  await expect.poll(() => relay.metric('rxcall_connections'), { timeout: PATIENCE }).toBe(5)
  await expect.poll(relay.bytes, { timeout: PATIENCE, interval: 500 }).toBeLessThan(bytesBefore + SLACK)

  for (const { said, heard } of await texts.end()) expect(heard).toEqual(said)
  alice.client.hangUp()
  expect(await alice.phase('ended')).toMatchObject({ callId, reason: 'hung-up', by: 'local' })
  expect(await bob.phase('ended')).toMatchObject({ callId, reason: 'hung-up', by: 'remote' })
  await Promise.all(both.map(nothingLeft))

  for (const { client } of both) client.close()
  for (const { socket } of [carol, dave, erin]) socket.disconnect()
  expect(await relay.stop()).toBe(0)
  expect(relay.log.filter((line) => (JSON.parse(line) as { level: number }).level >= ERROR)).toEqual([])
}, 240_000)

it('a relay that is stopped does not wait for an open poll', async () => {
  const relay = await startProduction()
  await attacks.crowdedPoll(await relay.from('203.0.113.1'))
  const since = performance.now()
  expect(await relay.stop()).toBe(0)
  // Less than Engine.IO would wait, and than systemd does.
  expect(performance.now() - since).toBeLessThan(20_000)
})

/** pino's level for something that the relay needs and could not reach. */
const ERROR = 50
