import { describe, expect, it } from 'vitest'
import type { NameRecord } from '../../../server/redis/name-record.ts'
import { replicateNodes, type NodeSnapshot } from '../../../server/redis/replicate-nodes.ts'
import { nameRecord, watchRemoteUsers } from '../support/name-records.ts'
import { randomId } from '../support/relay-fixture.ts'

const phone = randomId()

describe('the replica of a node', () => {
  function replicated() {
    const snapshots = new Map<string, NodeSnapshot>()
    const reads: string[] = []
    const { changes, remoteUsers } = watchRemoteUsers()
    const nodes = replicateNodes({
      remoteUsers,
      remoteNameChanged: () => undefined,
      read: (node) => {
        reads.push(node)
        return Promise.resolve(snapshots.get(node))
      },
    })
    const update = (node: string, number: number, names: Record<string, NameRecord | null> = {}) =>
      nodes.apply({ type: 'changed', node, number, names })
    const check = (live: Record<string, number>, forgets = true) =>
      nodes.checkLiveness(() => Promise.resolve(new Map(Object.entries(live))), forgets)
    return { snapshots, reads, changes, nodes, update, check }
  }
  const alice = nameRecord('alice', { [phone]: 1 })
  const bob = nameRecord('bob', { [phone]: 1 })

  it('applies updates in order, and reads the whole node when one is missing', async () => {
    const { snapshots, reads, changes, update } = replicated()
    snapshots.set('a', { number: 1, names: new Map([['ALICE', alice]]) })
    await update('a', 1)
    expect({ reads: reads.splice(0), changes }).toEqual({ reads: ['a'], changes: ['+alice'] })
    await update('a', 2, { BOB: bob })
    expect(reads).toEqual([])
    snapshots.set('a', { number: 4, names: new Map() })
    await update('a', 4)
    expect({ reads, changes }).toEqual({ reads: ['a'], changes: ['+alice', '+bob', '-alice', '-bob'] })
  })

  it('reads a node whose update never came, but waits for it until the next heartbeat', async () => {
    const { snapshots, reads, update, check } = replicated()
    await update('a', 1)
    snapshots.set('a', { number: 2, names: new Map() })
    reads.length = 0
    await check({ a: 2 })
    expect(reads).toEqual([])
    await update('a', 2)
    await check({ a: 3 })
    expect(reads).toEqual([])
    await check({ a: 3 })
    expect(reads).toEqual(['a'])
  })

  it('drops a node that is not alive, unless it sent an update meanwhile', async () => {
    const { changes, update, check, nodes } = replicated()
    await update('a', 1, { ALICE: alice })
    await update('b', 1, { BOB: bob })
    await check({ b: 1 }, false)
    expect(changes).toEqual(['+alice', '+bob'])
    await nodes.checkLiveness(async () => {
      await update('a', 2)
      return new Map([['b', 1]])
    }, true)
    expect(changes).toEqual(['+alice', '+bob'])
    await check({ b: 1 })
    expect(changes.splice(0)).toEqual(['+alice', '+bob', '-alice'])
    await nodes.apply({ type: 'gone', node: 'b' })
    expect(changes).toEqual(['-bob'])
  })

  /** Reads that the test answers. */
  function readSlowly() {
    const answers: ((snapshot: NodeSnapshot | undefined) => void)[] = []
    const { changes, remoteUsers } = watchRemoteUsers()
    const nodes = replicateNodes({
      remoteUsers,
      remoteNameChanged: () => undefined,
      read: () => new Promise((resolve) => answers.push(resolve)),
    })
    const update = (number: number, names: Record<string, NameRecord | null> = {}) =>
      nodes.apply({ type: 'changed', node: 'a', number, names })
    const answer = (number: number, names: Record<string, NameRecord>) =>
      answers.shift()?.({ number, names: new Map(Object.entries(names)) })
    return { changes, remoteUsers, nodes, update, answer }
  }

  it('keeps updates that arrived during a read, which may be older', async () => {
    const { changes, remoteUsers, update, answer } = readSlowly()
    const reading = update(1, { ALICE: alice })
    await update(2, { ALICE: null, BOB: bob })
    expect(changes.splice(0)).toEqual(['+alice', '-alice', '+bob'])
    answer(1, { ALICE: alice })
    await reading
    expect(changes).toEqual([])
    expect([remoteUsers.holders('ALICE'), remoteUsers.holders('BOB')]).toEqual([[], [bob]])
  })

  it('keeps the updates since each of two reads at once', async () => {
    const { remoteUsers, nodes, update, answer } = readSlowly()
    const checking = nodes.checkLiveness(() => Promise.resolve(new Map([['a', 0]])), false)
    await new Promise(setImmediate)
    const missed = update(1, { ALICE: null })
    await update(2, { BOB: bob })
    answer(0, { ALICE: alice })
    answer(1, {})
    await Promise.all([checking, missed])
    expect([remoteUsers.holders('ALICE'), remoteUsers.holders('BOB')]).toEqual([[], [bob]])
  })

  it('is empty when its node left during a read', async () => {
    const { changes, nodes, update, answer } = readSlowly()
    const reading = update(1, { ALICE: alice })
    await nodes.apply({ type: 'gone', node: 'a' })
    answer(1, { ALICE: alice })
    await reading
    expect(changes).toEqual(['+alice', '-alice'])
  })

  it('stays as it is when Redis has lost its node', async () => {
    const { changes, update, nodes } = replicated()
    await update('a', 1, { ALICE: alice })
    await nodes.reload()
    expect(changes).toEqual(['+alice'])
  })
})
