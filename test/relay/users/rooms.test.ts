import { describe, expect, it } from 'vitest'
import {
  connect,
  expectOnlyMessage,
  openSocket,
  randomId,
  refusalOf,
  startRelay,
} from '../support/relay-fixture.ts'

const claim = (name = `user ${randomId()}`) => ({ name, party: randomId(), secret: randomId() })

describe('the roster', () => {
  it("lists the client's room, and messages reach any room", async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice', { room: 'blue' })
    const bob = await connect(url, 'bob', { room: 'blue' })
    const carol = await connect(url, 'carol', { room: 'red' })
    const dave = await connect(url, 'dave')
    await expectOnlyMessage(alice, carol)
    await expectOnlyMessage(dave, alice)
    bob.socket.disconnect()
    await alice.saw(([, change]) => (change as { type?: string }).type === 'left')
    expect(alice.changes).toEqual([
      { type: 'all', users: [] },
      { type: 'joined', user: 'bob' },
      { type: 'left', user: 'bob' },
    ])
    expect(bob.changes).toEqual([{ type: 'all', users: ['alice'] }])
    for (const alone of [carol, dave]) expect(alone.changes).toEqual([{ type: 'all', users: [] }])
  })

  it('refuses a room with an invalid name', async () => {
    const { url } = await startRelay()
    for (const room of ['', 'a\nb', 'x'.repeat(65), 7, null])
      expect(await refusalOf(url, { ...claim(), room })).toMatchObject({ code: 'invalid-claim' })
  })

  it('lists a limited number of users, and the next one when one of them leaves', async () => {
    const { url } = await startRelay({ limits: { rosterUsers: 2 } })
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    const carol = await connect(url, 'carol')
    expect(carol.changes).toEqual([{ type: 'all', users: ['alice', 'bob'] }])
    await expectOnlyMessage(alice, carol)
    bob.socket.disconnect()
    const next = {
      type: 'changes',
      list: [
        { type: 'left', user: 'bob' },
        { type: 'joined', user: 'carol' },
      ],
    }
    await carol.saw(([, change]) => (change as { type?: string }).type === 'changes')
    expect(carol.changes.slice(1)).toEqual([next])
    expect(alice.changes.slice(1)).toEqual([{ type: 'joined', user: 'bob' }, next])
  })

  it('sends changes in batches, to each client from its welcome on', async () => {
    const { url } = await startRelay({ limits: { rosterBatchMs: 300 } })
    const alice = await connect(url, 'alice')
    const others = await Promise.all(['b', 'c', 'd'].map((name) => connect(url, name)))
    await alice.saw(([, change]) => (change as { type?: string }).type === 'changes')
    const [all, changes, ...more] = alice.changes
    expect([all, more]).toEqual([{ type: 'all', users: [] }, []])
    expect(changes?.type === 'changes' && changes.list.map(({ user }) => user).sort()).toEqual([
      'b',
      'c',
      'd',
    ])
    for (const other of others) expect(other.changes).toHaveLength(1)
    const [b] = others
    expect(b?.changes[0]?.type === 'all' && [...b.changes[0].users].sort()).toEqual(['alice', 'c', 'd'])
  })

  it('does not report a user who reconnects at once', async () => {
    const { url } = await startRelay({ limits: { rosterBatchMs: 2000 } })
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    const before = connect(url, 'carol')
    bob.socket.disconnect()
    await bob.gone
    const socket = openSocket(url, bob.claim)
    await new Promise((resolve) => socket.once('roster', resolve))
    await before
    await alice.saw(([, change]) => JSON.stringify(change).includes('carol'))
    expect(alice.changes).toEqual([
      { type: 'all', users: [] },
      { type: 'joined', user: 'bob' },
      { type: 'joined', user: 'carol' },
    ])
  })
})
