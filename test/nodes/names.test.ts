import { beforeAll, describe, expect, it } from 'vitest'
import { MAX_PARTIES } from '../../server/users/held-names.ts'
import { connect, openSocket, randomId, refusalOf, type TestClient } from '../relay/support/relay-fixture.ts'
import { startRedis, type RedisServer } from './support/redis-server.ts'
import { startJoined } from './support/three-relays.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})

/** Three relays that share a Redis. */
const three = async () => {
  const options = { redis: { url: redis.url, prefix: randomId() } }
  const [a, b, c] = await Promise.all([startJoined(options), startJoined(options), startJoined(options)])
  return [a.url, b.url, c.url] as const
}

const claim = (name: string, secret = randomId()) => ({ name, party: randomId(), secret })

/** The outcome of a claim: the welcome, or the refusal. */
const outcome = (url: string, auth: object) =>
  new Promise<unknown>((resolve) => {
    const socket = openSocket(url, auth)
    socket.once('welcome', resolve)
    socket.once('connect_error', (error) => resolve((error as { data?: { code?: string } }).data?.code))
  })

const left = (client: TestClient, user: string) =>
  client.saw(([, change]) => JSON.stringify(change) === JSON.stringify({ type: 'left', user }))

describe('a name', () => {
  it('that is claimed on three nodes at once by three strangers goes to exactly one', async () => {
    const urls = await three()
    for (let round = 0; round < 30; round += 1) {
      const name = `rival ${round}`
      const outcomes = await Promise.all(urls.map((url) => outcome(url, claim(name))))
      expect(
        outcomes.filter((code) => code === 'name-taken'),
        name,
      ).toHaveLength(2)
    }
  })

  it('that is claimed on three nodes at once with one secret is held by all', async () => {
    const urls = await three()
    const secret = randomId()
    const claims = urls.map(() => claim('alice', secret))
    const outcomes = await Promise.all(urls.map((url, i) => outcome(url, claims[i] ?? {})))
    expect(outcomes).toEqual(claims.map(({ party }) => ({ user: 'alice', party })))
  })

  it('is refused to a stranger on another node in every spelling, until it is released', async () => {
    const [a, b] = await three()
    const watcher = await connect(b, 'watcher')
    const alice = await connect(a, 'alice')
    await watcher.saw(([, change]) => (change as { user?: string }).user === 'alice')
    for (const name of ['alice', 'ALICE', 'ａlice'])
      expect(await refusalOf(b, claim(name)), name).toEqual({
        code: 'name-taken',
        problem: 'another client holds this name',
      })
    alice.socket.disconnect()
    await left(watcher, 'alice')
    await connect(b, 'alice')
    expect(await refusalOf(a, claim('alice'))).toMatchObject({ code: 'name-taken' })
  })

  it('is refused to a stranger on another node in look-alike characters', async () => {
    const [a, b] = await three()
    const watcher = await connect(b, 'watcher')
    const alice = await connect(a, 'alice')
    await watcher.saw(([, change]) => (change as { user?: string }).user === 'alice')
    expect(await refusalOf(b, claim('aIice'))).toEqual({
      code: 'name-taken',
      problem: 'another client holds a name that looks the same',
    })
    alice.socket.disconnect()
    await left(watcher, 'alice')
    await connect(b, 'aIice')
    expect(await refusalOf(a, claim('alice'))).toMatchObject({ code: 'name-taken' })
  })

  it('that looks like one of another node is refused while Redis is away, too', async () => {
    const own = await startRedis()
    const options = { redis: { url: own.url, prefix: randomId() } }
    const [a, b] = await Promise.all([startJoined(options), startJoined(options)])
    const watcher = await connect(b.url, 'watcher')
    await connect(a.url, 'alice')
    await watcher.saw(([, change]) => (change as { user?: string }).user === 'alice')
    await own.stop()
    await expect.poll(() => b.relay.ready, { timeout: 20_000 }).toBe(false)
    expect(await refusalOf(b.url, claim('aIice'))).toMatchObject({ code: 'name-taken' })
    await connect(b.url, 'carol')
  })

  it('is spelled as its first holder spells it, on every node', async () => {
    const [a, b] = await three()
    const phone = await connect(a, 'Alice')
    const laptop = await connect(b, 'ALICE', { secret: phone.claim.secret })
    expect(laptop.seen[0]).toEqual(['welcome', { user: 'Alice', party: laptop.claim.party }])
  })

  it('accepts a bounded number of parties on all nodes together, even at once', async () => {
    const urls = await three()
    const secret = randomId()
    const outcomes = await Promise.all(
      Array.from({ length: MAX_PARTIES + 8 }, (_, i) => outcome(urls[i % 3] ?? '', claim('alice', secret))),
    )
    expect(outcomes.filter((code) => code === 'too-many-parties')).toHaveLength(8)
  })

  it('stays with the party that claims it on another node: the newer connection replaces the older', async () => {
    const [a, b, c] = await three()
    const watcher = await connect(c, 'watcher')
    const old = await connect(a, 'alice')
    await watcher.saw(([, change]) => (change as { user?: string }).user === 'alice')
    const again = await connect(b, 'alice', old.claim)
    expect(await old.gone).toBe('io server disconnect')
    expect(again.socket.connected).toBe(true)
    const other = await connect(c, 'alice', { secret: old.claim.secret })
    // To the others, alice was there all the time.
    await connect(c, 'last')
    await watcher.saw(([, change]) => (change as { user?: string }).user === 'last')
    expect(watcher.changes.slice(1)).toEqual([
      { type: 'joined', user: 'alice' },
      { type: 'joined', user: 'last' },
    ])
    expect(other.socket.connected).toBe(true)
  })
})
