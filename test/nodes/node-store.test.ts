import { createClient } from '@redis/client'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { redisKeys } from '../../server/redis/keys.ts'
import { looksOf } from '../../server/users/look-alikes.ts'
import { decideClaim } from '../../server/redis/decide-claim.ts'
import { timestampOf, type NameRecord } from '../../server/redis/name-record.ts'
import { readNode, writeNames, type RunScript } from '../../server/redis/node-store.ts'
import { RELEASE } from '../../server/redis/lua-scripts.ts'
import { connect, randomId } from '../relay/support/relay-fixture.ts'
import { startRedis, type RedisServer } from './support/redis-server.ts'
import { startJoined } from './support/three-relays.ts'

// What is kept in Redis, by the scripts that write it.

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})

const [phone, laptop] = [randomId(), randomId()]
const [alices, strangers] = ['a'.repeat(64), 'b'.repeat(64)]
const entry = (proof: string, parties: Record<string, number>): NameRecord => ({
  user: 'alice',
  proof,
  parties: Object.fromEntries(
    Object.entries(parties).map(([party, ms]) => [party, { since: timestampOf(ms), room: '' }]),
  ),
})

/** Records in a Redis that nobody else uses, as its nodes see them. */
async function records() {
  const client = createClient({ url: redis.url })
  await client.connect()
  onTestFinished(() => client.destroy())
  const prefix = randomId()
  const keyOf = (node: string) => `${redisKeys(prefix).node}${node}`
  const as =
    (node: string): RunScript =>
    (script, ...args) =>
      client.eval(script, { keys: [redisKeys(prefix).nodes], arguments: [keyOf(''), node, '10000', ...args] })
  const spoil = (node: string, key: string, value: string) => client.hSet(keyOf(node), key, value)
  const skipped: number[] = []
  const read = async (node: string) => {
    const record = await readNode(as('reader'), node, (count) => skipped.push(count))
    return record && Object.fromEntries(record.names)
  }
  return { prefix, as, spoil, read, skipped }
}

const claim = { key: 'ALICE', looks: looksOf('alice'), user: 'alice', proof: alices, party: phone, room: '' }

describe('a name in Redis', () => {
  it('does not contain slow clients, and can be read after a party has left', async () => {
    const { as, read } = await records()
    const both = entry(alices, { [phone]: 1, [laptop]: 2 })
    await writeNames(as('a'), 'replace', 1, [['ALICE', { ...both, slow: [] }]])
    expect(await read('a')).toEqual({ ALICE: both })
    await as('a')(RELEASE, 'ALICE', laptop, timestampOf(2))
    expect(await read('a')).toEqual({ ALICE: entry(alices, { [phone]: 1 }) })
  })

  it('excludes look-alikes until its last entry is deleted, by whichever node', async () => {
    const { as, read } = await records()
    const lookAlike = { ...claim, key: 'AIICE', user: 'aIice', looks: looksOf('aIice'), proof: strangers }
    const alike = { code: 'name-taken', alike: true }
    await writeNames(as('a'), 'replace', 1, [['ALICE', entry(alices, { [phone]: 2 })]])
    await writeNames(as('b'), 'replace', 1, [])
    expect(await decideClaim(as('b'), lookAlike, 16)).toEqual(alike)
    await as('a')(RELEASE, 'ALICE', phone, timestampOf(2))
    expect(await decideClaim(as('b'), lookAlike, 16)).toMatchObject({ code: 'ok' })
    expect(Object.keys((await read('b')) ?? {})).toEqual(['AIICE'])
    expect(await decideClaim(as('a'), claim, 16)).toEqual(alike)
    await writeNames(as('b'), 'add', 2, [['AIICE', undefined]])
    expect(await decideClaim(as('a'), claim, 16)).toMatchObject({ code: 'ok' })
    // Taken from this node by somebody who has held it for longer.
    await writeNames(as('b'), 'add', 3, [['ALICE', entry(strangers, { [laptop]: 1 })]])
    await writeNames(as('b'), 'replace', 4, [])
    expect(await decideClaim(as('b'), lookAlike, 16)).toMatchObject({ code: 'ok' })
  })

  it.each(['no json', '{}', '[]', '1', '{"user":"alice","proof":"b","parties":{"x":1}}'])(
    'that cannot be read is skipped, and held by nobody: %s',
    async (value) => {
      const { as, read, spoil, skipped } = await records()
      await writeNames(as('a'), 'replace', 1, [])
      await writeNames(as('b'), 'replace', 1, [['BOB', { ...entry(alices, { [phone]: 1 }), user: 'bob' }]])
      await spoil('b', 'ALICE', value)
      expect(Object.keys((await read('b')) ?? {})).toEqual(['BOB'])
      expect(skipped).toEqual([1])
      expect(await decideClaim(as('a'), claim, 16)).toMatchObject({ code: 'ok', user: 'alice' })
      await as('b')(RELEASE, 'ALICE', phone, timestampOf(1))
      expect(await writeNames(as('a'), 'add', 2, [['ALICE', entry(alices, { [phone]: 1 })]])).toMatchObject({
        taken: [],
        won: [],
      })
    },
  )

  it.each([
    ['is left to whoever has held it for longer', 3, { taken: ['ALICE'], won: [] }, 'a'],
    ['is left to who was first to write, where both hold it as long', 2, { taken: ['ALICE'], won: [] }, 'a'],
    ['is taken from whoever holds it for less long', 1, { taken: [], won: ['ALICE'] }, 'b'],
  ])('%s', async (_, since, written, holder) => {
    const { as, read } = await records()
    await writeNames(as('a'), 'replace', 1, [['ALICE', entry(strangers, { [laptop]: 2, [phone]: 9 })]])
    const mine = entry(alices, { [phone]: since, [laptop]: 8 })
    expect(await writeNames(as('b'), 'replace', 1, [['ALICE', mine]])).toMatchObject(written)
    expect(await read('a')).toEqual(
      holder === 'a' ? { ALICE: entry(strangers, { [laptop]: 2, [phone]: 9 }) } : {},
    )
    expect(await read('b')).toEqual(holder === 'b' ? { ALICE: mine } : {})
  })

  it('is not written by a node that Redis has forgotten, because its other names would be missing', async () => {
    const { as, read } = await records()
    await expect(writeNames(as('a'), 'add', 1, [])).rejects.toThrow('forgotten this node')
    expect(await read('a')).toBeUndefined()
  })
})

it('a relay joins, and others continue, beside an unreadable name in Redis', async () => {
  const { prefix, as, spoil } = await records()
  await writeNames(as('other'), 'replace', 1, [])
  await spoil('other', 'X', 'no json')
  const messages: string[] = []
  const { relay, url } = await startJoined({
    redis: { url: redis.url, prefix },
    log: (logged) => logged.event === 'nodes' && messages.push(logged.message),
  })
  await connect(url, 'x')
  expect(relay.ready).toBe(true)
  expect(messages).toEqual([
    'Redis has 1 name of another node that cannot be read',
    'joined the other nodes through Redis',
  ])
})
