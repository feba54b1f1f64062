import { createClient } from '@redis/client'
import { describe, expect, it } from 'vitest'
import { redisKeys } from '../../server/redis/keys.ts'
import { createRelay } from '../../server/index.ts'
import { logLine } from '../../server/observing/log.ts'
import { timestampOf } from '../../server/redis/name-record.ts'
import type { RedisOptions } from '../../server/redis/connection/redis-connection.ts'
import { writeNames } from '../../server/redis/node-store.ts'
import {
  connect,
  delivered,
  expectOnlyMessage,
  invite,
  randomId,
  refusalOf,
  startRelay,
} from '../relay/support/relay-fixture.ts'
import { startRedis, type RedisServer } from './support/redis-server.ts'
import { startJoined, threeRelays, type RunningRelay } from './support/three-relays.ts'

const leaseMs = 1500
const unreachable = { ok: false, code: 'unreachable', problem: 'nobody of that name is connected' }
const claim = (name: string) => ({ name, party: randomId(), secret: randomId() })

const untilReady = (relays: readonly RunningRelay[], ready: boolean) =>
  expect
    .poll(() => relays.map(({ relay }) => relay.ready), { timeout: 20_000 })
    .toEqual(relays.map(() => ready))

async function startLogged(redis: RedisOptions): Promise<RunningRelay> {
  const lines: string[] = []
  return { ...(await startRelay({ redis, log: (entry) => lines.push(logLine(entry)) })), lines }
}

async function connectedRedis(redis: RedisServer) {
  const client = createClient({ url: redis.url, socket: { reconnectStrategy: false } })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function scene() {
  const redis = await startRedis()
  const prefix = randomId()
  const relays = await threeRelays(redis, leaseMs, prefix)
  const [a, b] = relays
  const alice = await connect(a.url, 'alice')
  const carol = await connect(a.url, 'carol')
  const bob = await connect(b.url, 'bob')
  await alice.saw(([, change]) => (change as { user?: string }).user === 'bob')
  expect(await alice.send(invite('bob'))).toEqual({ ok: true })
  await bob.saw(([event]) => event === 'message')
  return { redis, prefix, relays, a, b, alice, bob, carol }
}

describe('while Redis is away', () => {
  it.each(['stopped', 'frozen'] as const)('(%s) nodes stay up and serve their clients', async (how) => {
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
    // The roster stays as it was: it reports nobody as gone.
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

  it.each([
    [0, 1],
    [1, 0],
  ] as const)(
    'a name that two strangers claimed on two nodes stays with the first (%i, %i)',
    async (first, second) => {
      const { redis, relays, a } = await scene()
      await redis.stop()
      await untilReady(relays, false)
      const winner = await connect(relays[first].url, 'eve')
      const lost = await connect(relays[second].url, 'eve')
      await redis.start()
      await untilReady(relays, true)
      await lost.gone
      for (const { url } of relays)
        expect(await refusalOf(url, lost.claim)).toMatchObject({ code: 'name-taken' })
      expect(winner.socket.connected).toBe(true)
      await connect(a.url, 'eve', { secret: winner.claim.secret })
    },
  )

  it('a relay that starts refuses guests until it knows who holds which name', async () => {
    const { redis, prefix, relays, alice } = await scene()
    await redis.stop()
    await untilReady(relays, false)
    const late = await startLogged({ url: redis.url, prefix, leaseMs })
    expect(late.relay.ready).toBe(false)
    const stranger = claim('alice')
    const notReady = {
      code: 'not-ready',
      problem: 'this relay does not know yet who holds which name; try again later',
    }
    expect(await refusalOf(late.url, stranger)).toEqual(notReady)
    expect(late.lines[0]).toMatch(/^Redis is away \(.*ECONNREFUSED.*\): this node goes on by itself$/)

    await redis.start()
    await untilReady([...relays, late], true)
    // Others may have to write what they hold.
    await expect
      .poll(() => refusalOf(late.url, stranger), { timeout: 20_000 })
      .toMatchObject({ code: 'name-taken' })
    expect(alice.socket.connected).toBe(true)
    await connect(late.url, 'frank')
    const again = relays[0].lines.filter((line) => line.startsWith('Redis is away'))
    expect(again).toHaveLength(1)
    expect(relays[0].lines.at(-1)).toBe('joined the other nodes through Redis')
  })

  it('a relay that starts accepts users with tokens', async () => {
    const redis = await startRedis()
    await redis.stop()
    const { relay, url } = await startRelay({
      redis: { url: redis.url, leaseMs },
      authenticate: ({ token = '' }) => ({ ok: true, user: token }),
    })
    expect(relay.ready).toBe(false)
    const frank = await connect(url, 'frank', { token: 'frank' })
    await redis.start()
    await expect.poll(() => relay.ready, { timeout: 20_000 }).toBe(true)
    expect(frank.socket.connected).toBe(true)
  })

  it('a name stays held when Redis is back, even if its node is not back yet', async () => {
    const redis = await startRedis()
    const prefix = randomId()
    const other = await connectedRedis(redis)
    const node = (script: string, ...args: string[]) =>
      other.eval(script, {
        keys: [redisKeys(prefix).nodes],
        arguments: [redisKeys(prefix).node, 'other', '60000', ...args],
      })
    const bob = {
      user: 'bob',
      proof: 'b'.repeat(64),
      parties: { [randomId()]: { since: timestampOf(1), room: '' } },
    }
    await writeNames(node, 'replace', 1, [['BOB', bob]])
    const { relay, url } = await startJoined({ redis: { url: redis.url, prefix } })
    await redis.stop()
    await expect.poll(() => relay.ready, { timeout: 20_000 }).toBe(false)
    await redis.start()
    await expect.poll(() => relay.ready, { timeout: 20_000 }).toBe(true)
    expect(await refusalOf(url, claim('bob'))).toMatchObject({ code: 'name-taken' })
    await connect(url, 'somebody')
  })
})

it('writes its users again when Redis has lost them without going away', async () => {
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

it('refuses a text that is not the URL of a Redis server, without quoting it', () => {
  for (const url of ['localhost:6379', 'http://127.0.0.1', 'secret'])
    expect(() => createRelay({ redis: { url } })).toThrow(
      'that is not the URL of a Redis server; give one such as redis://127.0.0.1:6379',
    )
})
