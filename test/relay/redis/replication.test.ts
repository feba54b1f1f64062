import { describe, expect, it } from 'vitest'
import { messageFrame } from '../../../server/messages/message-frame.ts'
import { createChannels, type Subscriber } from '../../../server/redis/connection/subscriptions.ts'
import { momentOf, type Entry } from '../../../server/redis/name-record.ts'
import { followNodes, type NodeRecord } from '../../../server/redis/replicate-nodes.ts'
import { createParcels, readParcels, type Parcel } from '../../../server/redis/forwarding.ts'
import { createStanding, type StandingLog } from '../../../server/redis/sync-state.ts'
import { createUsersElsewhere } from '../../../server/redis/remote-users.ts'
import { invite, randomId } from '../support/relay-fixture.ts'

const [phone, laptop] = [randomId(), randomId()]
const entry = (user: string, parties: Record<string, number>, slow?: string[], room = ''): Entry => ({
  user,
  proof: 'f'.repeat(64),
  parties: Object.fromEntries(
    Object.entries(parties).map(([party, ms]) => [party, { since: momentOf(ms), room }]),
  ),
  ...(slow && { slow }),
})

function watched() {
  const news: string[] = []
  const elsewhere = createUsersElsewhere({
    came: (user, room) => void news.push(`+${user}${room}`),
    went: (user, room) => void news.push(`-${user}${room}`),
  })
  return { news, elsewhere }
}

it('moments compare as they follow each other', () => {
  expect(momentOf(9) < momentOf(10)).toBe(true)
  expect(momentOf(1_795_368_283_123)).toBe('1795368283123000')
})

describe('the users of other nodes', () => {
  it('come and go by each party, and come before they go', () => {
    const { news, elsewhere } = watched()
    elsewhere.set('a', 'ALICE', entry('alice', { [phone]: 1 }))
    elsewhere.set('b', 'ALICE', entry('alice', { [laptop]: 2 }))
    elsewhere.set('a', 'BOB', entry('bob', { [phone]: 1 }))
    expect(news.splice(0)).toEqual(['+alice', '+alice', '+bob'])
    elsewhere.set('a', 'BOB', entry('bob', { [phone]: 3, [laptop]: 3 }, [phone]))
    expect(news.splice(0)).toEqual(['+bob'])
    elsewhere.set('a', 'BOB', entry('bob', { [phone]: 3 }))
    elsewhere.set('a', 'ALICE', undefined)
    expect(news.splice(0)).toEqual(['-bob', '-alice'])
    elsewhere.drop('b')
    expect(news.splice(0)).toEqual(['-alice'])
    elsewhere.replace('a', new Map([['CAROL', entry('carol', { [phone]: 1 })]]))
    expect(news.splice(0)).toEqual(['-bob', '+carol'])
    elsewhere.set('a', 'CAROL', entry('Carol', { [phone]: 1 }))
    expect(news.splice(0)).toEqual(['+Carol', '-carol'])
    elsewhere.set('a', 'CAROL', entry('Carol', { [phone]: 1 }, [], '@club'))
    expect(news).toEqual(['+Carol@club', '-Carol'])
    expect(elsewhere.find({ user: 'carol' })).toEqual([])
  })

  it('are found with each party once, by its latest claim', () => {
    const { elsewhere } = watched()
    elsewhere.set('a', 'ALICE', entry('alice', { [phone]: 5, [laptop]: 1 }, [phone]))
    elsewhere.set('b', 'ALICE', entry('alice', { [phone]: 4 }))
    const found = (party?: string) =>
      elsewhere
        .find(party === undefined ? { user: 'alice' } : { user: 'alice', party })
        .map(({ party: id, keepsUp }) => [id, keepsUp])
    expect(found()).toEqual([
      [phone, false],
      [laptop, true],
    ])
    elsewhere.set('b', 'ALICE', entry('alice', { [phone]: 6 }))
    expect(found(phone)).toEqual([[phone, true]])
    expect(found(randomId())).toEqual([])
    expect(elsewhere.find({ user: 'ALICE' })).toEqual([])
    expect(elsewhere.holders('ALICE')).toHaveLength(2)
  })

  it('stay slow when a node is read anew, which does not say so', () => {
    const { elsewhere } = watched()
    elsewhere.set('a', 'ALICE', entry('alice', { [phone]: 1 }, [phone]))
    elsewhere.replace('a', new Map([['ALICE', entry('alice', { [phone]: 1 })]]))
    expect(elsewhere.find({ user: 'alice' })[0]?.keepsUp).toBe(false)
  })
})

describe('following the other nodes', () => {
  function followed() {
    const records = new Map<string, NodeRecord>()
    const reads: string[] = []
    const { news, elsewhere } = watched()
    const nodes = followNodes({
      elsewhere,
      heard: () => undefined,
      read: (node) => {
        reads.push(node)
        return Promise.resolve(records.get(node))
      },
    })
    const tell = (node: string, number: number, names: Record<string, Entry | null> = {}) =>
      nodes.hear({ type: 'changed', node, number, names })
    const look = (live: Record<string, number>, forgets = true) =>
      nodes.look(() => Promise.resolve(new Map(Object.entries(live))), forgets)
    return { records, reads, news, nodes, tell, look }
  }
  const alice = entry('alice', { [phone]: 1 })
  const bob = entry('bob', { [phone]: 1 })

  it('takes news in turn, and reads everything where one is missing', async () => {
    const { records, reads, news, tell } = followed()
    records.set('a', { number: 1, entries: new Map([['ALICE', alice]]) })
    await tell('a', 1)
    expect({ reads: reads.splice(0), news }).toEqual({ reads: ['a'], news: ['+alice'] })
    await tell('a', 2, { BOB: bob })
    expect(reads).toEqual([])
    records.set('a', { number: 4, entries: new Map() })
    await tell('a', 4)
    expect({ reads, news }).toEqual({ reads: ['a'], news: ['+alice', '+bob', '-alice', '-bob'] })
  })

  it('looks for what was told and never came, but gives it the time of a beat', async () => {
    const { records, reads, tell, look } = followed()
    await tell('a', 1)
    records.set('a', { number: 2, entries: new Map() })
    reads.length = 0
    await look({ a: 2 })
    expect(reads).toEqual([])
    await tell('a', 2)
    await look({ a: 3 })
    expect(reads).toEqual([])
    await look({ a: 3 })
    expect(reads).toEqual(['a'])
  })

  it('forgets a node that does not live, and none that was heard of meanwhile', async () => {
    const { news, tell, look, nodes } = followed()
    await tell('a', 1, { ALICE: alice })
    await tell('b', 1, { BOB: bob })
    await look({ b: 1 }, false)
    expect(news).toEqual(['+alice', '+bob'])
    await nodes.look(async () => {
      await tell('a', 2)
      return new Map([['b', 1]])
    }, true)
    expect(news).toEqual(['+alice', '+bob'])
    await look({ b: 1 })
    expect(news.splice(0)).toEqual(['+alice', '+bob', '-alice'])
    await nodes.hear({ type: 'gone', node: 'b' })
    expect(news).toEqual(['-bob'])
  })

  /** Reads that are answered when the test says so. */
  function slowlyRead() {
    const answers: ((record: NodeRecord | undefined) => void)[] = []
    const { news, elsewhere } = watched()
    const nodes = followNodes({
      elsewhere,
      heard: () => undefined,
      read: () => new Promise((resolve) => answers.push(resolve)),
    })
    const tell = (number: number, names: Record<string, Entry | null> = {}) =>
      nodes.hear({ type: 'changed', node: 'a', number, names })
    const answer = (number: number, names: Record<string, Entry>) =>
      answers.shift()?.({ number, entries: new Map(Object.entries(names)) })
    return { news, elsewhere, nodes, tell, answer }
  }

  it('keeps what was told while it read, which may be older', async () => {
    const { news, elsewhere, tell, answer } = slowlyRead()
    const reading = tell(1, { ALICE: alice })
    await tell(2, { ALICE: null, BOB: bob })
    expect(news.splice(0)).toEqual(['+alice', '-alice', '+bob'])
    answer(1, { ALICE: alice })
    await reading
    expect(news).toEqual([])
    expect([elsewhere.holders('ALICE'), elsewhere.holders('BOB')]).toEqual([[], [bob]])
  })

  it('keeps of two reads at once what was told since each', async () => {
    const { elsewhere, nodes, tell, answer } = slowlyRead()
    const looking = nodes.look(() => Promise.resolve(new Map([['a', 0]])), false)
    await new Promise(setImmediate)
    const missed = tell(1, { ALICE: null })
    await tell(2, { BOB: bob })
    answer(0, { ALICE: alice })
    answer(1, {})
    await Promise.all([looking, missed])
    expect([elsewhere.holders('ALICE'), elsewhere.holders('BOB')]).toEqual([[], [bob]])
  })

  it('has nothing of a node that went while it was read', async () => {
    const { news, nodes, tell, answer } = slowlyRead()
    const reading = tell(1, { ALICE: alice })
    await nodes.hear({ type: 'gone', node: 'a' })
    answer(1, { ALICE: alice })
    await reading
    expect(news).toEqual(['+alice', '-alice'])
  })

  it('keeps what it knows of a node that Redis has lost', async () => {
    const { news, tell, nodes } = followed()
    await tell('a', 1, { ALICE: alice })
    await nodes.refresh()
    expect(news).toEqual(['+alice'])
  })
})

it('parcels say which of them are steps of a call, to their node', async () => {
  const parcels: readonly Parcel[] = [true, false].map((step, i) => ({
    to: { user: `user ${i}`, party: phone },
    frame: messageFrame(invite('bob'), { user: 'alice', party: laptop }),
    step,
  }))
  const published = await new Promise<readonly [string, string]>((resolve) => {
    const sender = createParcels((node, text) => resolve([node, text]))
    for (const parcel of parcels) sender.send('a', parcel)
  })
  expect(published[0]).toBe('a')
  expect(readParcels(published[1])).toEqual(parcels)
})

describe('the standing of a node', () => {
  function standing(wallClock = () => 0) {
    const clock = { ms: 0 }
    return {
      clock,
      ...withGetters(createStanding(1000, () => clock.ms, wallClock)),
    }
  }
  const withGetters = (created: StandingLog) => ({
    created,
    is: () => [created.informed && 'informed', created.settling && 'settling'].filter(Boolean),
  })

  it('is that of one who is informed as soon as it has joined a Redis that was there', () => {
    const { created, is } = standing()
    expect(is()).toEqual([])
    created.joined()
    expect(is()).toEqual(['informed'])
    created.away()
    expect(is()).toEqual(['informed'])
  })

  it('is that of one who is informed a lease after Redis came, where it was away at first', () => {
    const { clock, created, is } = standing()
    created.away()
    created.joined()
    expect(is()).toEqual(['settling'])
    clock.ms = 999
    created.away()
    clock.ms = 5000
    expect(is()).toEqual([])
    created.joined()
    clock.ms = 5999
    expect(is()).toEqual(['settling'])
    clock.ms = 6000
    expect(is()).toEqual(['informed'])
  })

  it('settles for a lease after each absence of Redis', () => {
    const { clock, created, is } = standing()
    created.joined()
    clock.ms = 5000
    created.away()
    created.joined()
    expect(is()).toEqual(['informed', 'settling'])
    clock.ms = 6000
    expect(is()).toEqual(['informed'])
  })

  it.each([
    ['that is behind', 0, 1000],
    ['that agrees', 1013, 1013],
    ['that is ahead', 9000, 1020],
  ])('tells the time by the clock of Redis, beside a clock of the host %s', (_, host, now) => {
    const { clock, created } = standing(() => host)
    clock.ms = 30
    // Asked 20 ms before the answer came.
    created.heard(momentOf(1000), 10)
    expect(created.now()).toBe(momentOf(now))
    clock.ms = 37
    expect(created.now()).toBe(momentOf(now + 7))
  })
})

describe('subscriptions', () => {
  function subscriber() {
    const calls: string[] = []
    const state = { isReady: true }
    const client: Subscriber = {
      get isReady() {
        return state.isReady
      },
      sSubscribe: (channel) => {
        calls.push(`+${channel}`)
        return Promise.resolve()
      },
      sUnsubscribe: (channel) => {
        calls.push(`-${channel}`)
        return Promise.reject(new Error('no'))
      },
    }
    return { calls, state, client }
  }

  it('that are asked for while Redis is away are made when it is back', () => {
    const { calls, state, client } = subscriber()
    const channels = createChannels(client, () => undefined)
    channels.sSubscribe('a', () => undefined)
    channels.sSubscribe('b', () => undefined)
    state.isReady = false
    channels.sUnsubscribe('a')
    channels.sSubscribe('c', () => undefined)
    expect(calls.splice(0)).toEqual(['+a', '+b'])
    state.isReady = true
    channels.restore()
    expect(calls).toEqual(['-a', '+b', '+c'])
  })

  it('that fail are told, and throw nothing', async () => {
    const { client } = subscriber()
    const failure = await new Promise((failed) => createChannels(client, failed).sUnsubscribe('a'))
    expect(failure).toEqual(new Error('no'))
  })
})
