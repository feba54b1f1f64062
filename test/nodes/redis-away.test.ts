import { describe, expect, it } from 'vitest'
import { createRelay } from '../../server/index.ts'
import { logLine } from '../../server/log.ts'
import {
  connect,
  delivered,
  expectOnlyMessage,
  invite,
  randomId,
  refusalOf,
  startRelay,
} from '../relay/relay-fixture.ts'
import { startRedis } from './support/redis-server.ts'
import { threeRelays, type RunningRelay } from './support/three-relays.ts'

const leaseMs = 1500
const unreachable = { ok: false, code: 'unreachable', problem: 'nobody of that name is connected' }
const claim = (name: string) => ({ name, party: randomId(), secret: randomId() })

const untilReady = (relays: readonly RunningRelay[], ready: boolean) =>
  expect
    .poll(() => relays.map(({ relay }) => relay.ready), { timeout: 20_000 })
    .toEqual(relays.map(() => ready))

async function scene() {
  const redis = await startRedis()
  const relays = await threeRelays(redis, leaseMs)
  const [a, b] = relays
  const alice = await connect(a.url, 'alice')
  const carol = await connect(a.url, 'carol')
  const bob = await connect(b.url, 'bob')
  await alice.saw(([, change]) => (change as { user?: string }).user === 'bob')
  expect(await alice.send(invite('bob'))).toEqual({ ok: true })
  await bob.saw(([event]) => event === 'message')
  return { redis, relays, a, b, alice, bob, carol }
}

describe('while Redis is away', () => {
  it.each(['stopped', 'frozen'] as const)('(%s) nodes stay up and serve who is on them', async (how) => {
    const { redis, relays, a, b, alice, bob, carol } = await scene()
    if (how === 'stopped') await redis.stop()
    else redis.freeze()
    await untilReady(relays, false)
    expect((await fetch(`${a.url}/readyz`)).status).toBe(503)
    expect((await fetch(`${a.url}/healthz`)).status).toBe(200)

    await expectOnlyMessage(alice, carol)
    expect(await alice.send(invite('bob'))).toEqual(unreachable)
    // A name that was held stays held, on every node, and its owner gets back in.
    expect(await refusalOf(b.url, claim('alice'))).toMatchObject({ code: 'name-taken' })
    expect(await refusalOf(a.url, claim('bob'))).toMatchObject({ code: 'name-taken' })
    const bobAgain = await connect(a.url, 'bob', { secret: bob.claim.secret })
    await expectOnlyMessage(alice, bobAgain)
    const dave = await connect(a.url, 'dave')
    await expectOnlyMessage(carol, dave)
    bob.socket.disconnect()
    // The roster stays as it was: nobody is said to have left.
    expect(alice.changes.filter(({ type }) => type === 'left')).toEqual([])

    if (how === 'stopped') await redis.start()
    else redis.thaw()
    await untilReady(relays, true)
    expect((await fetch(`${a.url}/readyz`)).status).toBe(200)
    const late = await connect(b.url, 'late')
    await expect.poll(() => late.send(invite('dave', dave.self.party))).toEqual({ ok: true })
    const toDave = invite('dave')
    expect(await late.send(toDave)).toEqual({ ok: true })
    await dave.saw(([, seen]) => (seen as { callId?: string }).callId === toDave.callId)
    expect(dave.messages.at(-1)).toEqual(delivered(toDave, late.self))
    expect(await refusalOf(b.url, claim('Dave'))).toMatchObject({ code: 'name-taken' })
    // The party that left meanwhile is gone for everybody, the other one is there.
    await expect.poll(() => late.send(invite('bob', bob.self.party))).toEqual(unreachable)
    expect(await late.send(invite('bob', bobAgain.self.party))).toEqual({ ok: true })
    expect(alice.changes.filter(({ type }) => type === 'left')).toEqual([])
  })

  it('a name that two strangers claimed on two nodes goes to one of them when it is back', async () => {
    const { redis, relays, a, b } = await scene()
    await redis.stop()
    await untilReady(relays, false)
    const [one, other] = [await connect(a.url, 'eve'), await connect(b.url, 'eve')]
    const goneOf = [one.gone.then(() => 'one'), other.gone.then(() => 'other')]
    await redis.start()
    await untilReady(relays, true)
    const loser = await Promise.race(goneOf)
    const [winner, lost] = loser === 'one' ? [other, one] : [one, other]
    expect(winner.socket.connected).toBe(true)
    for (const { url } of relays)
      expect(await refusalOf(url, lost.claim)).toMatchObject({ code: 'name-taken' })
    await connect(a.url, 'eve', { secret: winner.claim.secret })
  })

  it('a relay starts without it, and joins the others when it is there', async () => {
    const { redis, relays, a } = await scene()
    await redis.stop()
    const lines: string[] = []
    const options = { url: redis.url, prefix: randomId(), leaseMs }
    const { relay, url } = await startRelay({ redis: options, log: (entry) => lines.push(logLine(entry)) })
    expect(relay.ready).toBe(false)
    const frank = await connect(url, 'frank')
    expect(lines[0]).toMatch(/^Redis is away \(.*ECONNREFUSED.*\): this node goes on by itself$/)
    await redis.start()
    await untilReady([...relays, { relay, url, lines }], true)
    expect(frank.socket.connected).toBe(true)
    expect(a.lines.filter((line) => line.startsWith('Redis is away'))).toHaveLength(1)
    expect(a.lines.at(-1)).toBe('joined the other nodes through Redis')
  })
})

it('writes its users anew where Redis has lost them without going away', async () => {
  const { redis, relays, b, alice } = await scene()
  // Everything expires while a node, or the Redis, is held up for longer than the lease.
  redis.freeze()
  await untilReady(relays, false)
  redis.thaw()
  await untilReady(relays, true)
  const dave = await connect(b.url, 'dave')
  await expect.poll(() => alice.send(invite('dave'))).toEqual({ ok: true })
  await expectOnlyMessage(dave, alice, alice.messages)
})

it('refuses what is no URL of a Redis, and does not repeat it', () => {
  for (const url of ['localhost:6379', 'http://127.0.0.1', 'secret'])
    expect(() => createRelay({ redis: { url } })).toThrow(
      'that is no URL of a Redis; give one such as redis://127.0.0.1:6379',
    )
})
