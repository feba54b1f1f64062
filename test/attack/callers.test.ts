import { describe, expect, onTestFinished } from 'vitest'
import { createRelay } from '../../server/index.ts'
import type { CallEvent, IncomingMessage, OutgoingMessage } from '../../src/core/index.ts'
import { connect as connectCall, test, type Participant } from '../integration/support/call-test.ts'
import { until } from '../integration/support/until.ts'
import { connect, invite, type TestClient } from '../relay/support/relay-fixture.ts'

const PATIENCE = 30_000
const rangIn = ({ events }: Participant) =>
  events.flatMap((event) => (event.type === 'incoming' ? [event.remote.user] : []))

/** Sends an invite, and resolves once the addressee has decided about it. */
async function ring(from: TestClient, at: Participant): Promise<OutgoingMessage> {
  // An invite has no number, because it is not on a channel.
  const { seq: _, ...message } = invite(at.name)
  const isIt = (event: CallEvent) => event.type === 'received' && event.message.callId === message.callId
  const decided = until(at.client.event$, isIt, `invite of ${from.self.user}`, PATIENCE)
  expect(await from.send(message)).toEqual({ ok: true })
  await decided
  return message
}

const answersTo = ({ messages }: TestClient, ...types: IncomingMessage['type'][]) =>
  messages.filter(({ type }) => types.includes(type))

describe('one stranger who calls repeatedly', () => {
  test('is declined once, and does not prevent other calls', async ({ join, relay }) => {
    const bob = await join('bob')
    const mallory = await connect(relay.url, 'mallory')
    await ring(mallory, bob)
    await bob.phase('ringing')
    bob.client.decline()
    await bob.phase('ended')
    await mallory.saw(([, message]) => (message as IncomingMessage).type === 'decline')

    for (let count = 0; count < 36; count++) await ring(mallory, bob)
    expect(rangIn(bob)).toEqual(['mallory'])
    expect(answersTo(mallory, 'busy', 'decline')).toHaveLength(1)

    const carol = await join('carol')
    carol.client.call('bob')
    await bob.phase('ringing')
    expect(rangIn(bob)).toEqual(['mallory', 'carol'])
    carol.client.hangUp()
    await bob.phase('ended')
  })

  test('does not make the phone busy for a friend', async ({ join, relay }) => {
    const [bob, carol] = [await join('bob'), await join('carol')]
    await connectCall(carol, bob)
    carol.client.hangUp()
    await Promise.all([bob.phase('ended'), carol.phase('ended')])

    const mallory = await connect(relay.url, 'mallory')
    await ring(mallory, bob)
    expect(await bob.phase('ringing')).toMatchObject({ remote: { user: 'mallory' } })
    carol.client.call('bob')
    await until(
      bob.client.state$,
      (call) => call.phase === 'ringing' && call.remote.user === 'carol',
      'ring of carol',
      PATIENCE,
    )
    bob.client.accept()
    await Promise.all([bob.phase('connected'), carol.phase('connected')])
    expect(rangIn(bob)).toEqual(['carol', 'mallory', 'carol'])
    expect(answersTo(mallory, 'busy', 'decline', 'gone')).toEqual([])
  })

  test('uses up the rings of strangers with many names, and friends still ring', async ({ join, relay }) => {
    const [bob, carol] = [await join('bob'), await join('carol')]
    await connectCall(bob, carol)
    carol.client.hangUp()
    await Promise.all([bob.phase('ended'), carol.phase('ended')])

    for (let name = 0; name < 12; name++) {
      const stranger = await connect(relay.url, `stranger ${name}`)
      const { callId } = await ring(stranger, bob)
      await stranger.send({
        v: 1,
        type: 'cancel',
        callId,
        to: { user: 'bob' },
        body: { reason: 'cancelled' },
      })
      await until(bob.client.state$, ({ phase }) => phase === 'ended', 'cancel', PATIENCE)
      expect(answersTo(stranger, 'busy')).toEqual([])
    }
    expect(rangIn(bob)).toEqual(['stranger 0', 'stranger 1', 'stranger 2'])
    await connectCall(carol, bob)
  })
})

describe('a stranger who takes a name after a restart of the relay', () => {
  test('does not end a call of its owner', async ({ join }) => {
    const before = createRelay({ port: 0 })
    const { url, port } = await before.listen()
    const alice = await join('alice', { signaling: { url } })
    // Away for long enough that the stranger is first.
    const bob = await join('bob', { signaling: { url } })
    const callId = await connectCall(alice, bob)
    await before.close()
    const after = createRelay({ port })
    onTestFinished(() => after.close())
    await after.listen()

    const mallory = await connect(url, 'bob')
    await until(alice.client.connection$, ({ status }) => status === 'online', 'alice', PATIENCE)
    const message = await ring(mallory, alice)
    await mallory.saw(
      ([, each]) =>
        (each as IncomingMessage).callId === message.callId && (each as IncomingMessage).type === 'busy',
    )
    for (const side of [alice, bob]) expect(await side.phase('connected')).toMatchObject({ callId })
    expect(rangIn(alice)).toEqual([])
    mallory.socket.disconnect()
    await until(bob.client.connection$, ({ status }) => status === 'online', 'bob again', PATIENCE)
  })
})
