import { expect, it } from 'vitest'
import type { OutgoingMessage } from '../../../src/core/protocol/index.ts'
import {
  connect,
  delivered,
  expectOnlyMessage,
  invite,
  randomId,
  startRelay,
} from '../support/relay-fixture.ts'

const unreachable = { ok: false, code: 'unreachable', problem: 'nobody of that name is connected' }

async function four() {
  const { url } = await startRelay()
  const [alice, bob, carol, dave] = await Promise.all([
    connect(url, 'alice'),
    connect(url, 'bob'),
    connect(url, 'carol'),
    connect(url, 'dave'),
  ])
  return { url, alice, bob, carol, dave }
}

it('delivers a message only to its addressee, stamped with the sender', async () => {
  const { alice, bob, carol, dave } = await four()
  const toBob = invite('bob')
  expect(await alice.send(toBob)).toEqual({ ok: true })
  await expectOnlyMessage(dave, bob, [delivered(toBob, alice.self)])
  await expectOnlyMessage(bob, carol)
  await expectOnlyMessage(carol, dave)
  await expectOnlyMessage(bob, alice)
})

it('delivers a message for a party only to that party', async () => {
  const { alice, bob, carol } = await four()
  const toParty = invite('bob', bob.self.party)
  expect(await alice.send(toParty)).toEqual({ ok: true })
  await expectOnlyMessage(carol, bob, [delivered(toParty, alice.self)])
})

it('delivers the last message of a client that leaves right after it', async () => {
  const { alice, bob, carol } = await four()
  const last = invite('bob')
  alice.socket.emit('message', last, () => {})
  alice.socket.disconnect()
  await expectOnlyMessage(carol, bob, [delivered(last, alice.self)])
})

it('delivers in the order of sending', async () => {
  const { alice, bob } = await four()
  const sent = Array.from({ length: 50 }, () => invite('bob'))
  await Promise.all(sent.map((message) => alice.send(message)))
  await expectOnlyMessage(
    alice,
    bob,
    sent.map((message) => delivered(message, alice.self)),
  )
})

it('passes descriptions and candidates through unchanged', async () => {
  const { alice, bob } = await four()
  const envelope = { v: 1, callId: randomId(), to: bob.self, seq: 1, epoch: 2 } as const
  const sent: OutgoingMessage[] = [
    { ...envelope, type: 'offer', body: { sdp: `v=0\r\n${'a=ü\r\n'.repeat(5000)}` } },
    {
      ...envelope,
      type: 'candidates',
      body: {
        list: [{ candidate: 'candidate:1', sdpMid: null, sdpMLineIndex: 0, usernameFragment: 'x' }],
        end: true,
      },
    },
  ]
  for (const message of sent) expect(await alice.send(message)).toEqual({ ok: true })
  await expectOnlyMessage(
    alice,
    bob,
    sent.map((message) => delivered(message, alice.self)),
  )
})

it('answers unreachable when nobody is connected', async () => {
  const { alice, bob, carol, dave } = await four()
  expect(await alice.send(invite('nobody'))).toEqual(unreachable)
  expect(await alice.send(invite('bob', randomId()))).toEqual(unreachable)
  // A party that is connected, but belongs to another user.
  expect(await alice.send(invite('bob', carol.self.party))).toEqual(unreachable)
  // Names that the adapter could mistake for the id of a socket or for one of its rooms.
  expect(await alice.send(invite(bob.socket.id ?? ''))).toEqual(unreachable)
  expect(await alice.send(invite('user:bob'))).toEqual(unreachable)
  dave.socket.disconnect()
  await alice.saw(([, change]) => (change as { type: string }).type === 'left')
  expect(await alice.send(invite('dave'))).toEqual(unreachable)
  await expectOnlyMessage(alice, bob)
  await expectOnlyMessage(alice, carol)
})

it('never delivers a message to its sender', async () => {
  const { alice, bob } = await four()
  expect(await alice.send(invite('alice'))).toEqual(unreachable)
  expect(await alice.send(invite('alice', alice.self.party))).toEqual(unreachable)
  await expectOnlyMessage(bob, alice)
})

it('does not mix up two users that chose the same party id', async () => {
  const { url, alice, bob, carol } = await four()
  const mallory = await connect(url, 'mallory', { party: bob.self.party })
  const toBob = invite('bob', bob.self.party)
  expect(await alice.send(toBob)).toEqual({ ok: true })
  await expectOnlyMessage(carol, bob, [delivered(toBob, alice.self)])
  await expectOnlyMessage(carol, mallory)
})
