import { beforeAll, expect, it } from 'vitest'
import type { CallSummary } from '../../server/observing/call-summaries.ts'
import type { OutgoingMessage } from '../../src/core/protocol/index.ts'
import { connect, invite, randomId, type TestClient } from '../relay/support/relay-fixture.ts'
import { startRedis, type RedisServer } from './support/redis-server.ts'
import { startJoined } from './support/three-relays.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})

/** Alice on one relay, and Bob with two devices on two others. Also all summaries, each with its relay. */
async function apart() {
  const prefix = randomId()
  const summaries: (readonly [relay: number, CallSummary])[] = []
  const start = (i: number) =>
    startJoined({
      redis: { url: redis.url, prefix },
      log: (entry) => entry.event === 'call' && summaries.push([i, entry]),
    })
  const relays = await Promise.all([start(0), start(1), start(2)])
  const alice = await connect(relays[0].url, 'alice')
  const bob = await connect(relays[1].url, 'bob')
  const tablet = await connect(relays[2].url, 'bob', { secret: bob.claim.secret })
  /** Sends it until it has arrived, which takes some time if nobody is there yet. */
  const say = async (from: TestClient, to: TestClient, message: OutgoingMessage) => {
    await expect.poll(() => from.send(message)).toEqual({ ok: true })
    await to.saw(([, seen]) => {
      const { type, callId } = seen as { type?: string; callId?: string }
      return type === message.type && callId === message.callId
    })
  }
  const counted = async () => {
    const texts = await Promise.all(relays.map(({ relay }) => relay.metrics()))
    return texts.map((text) => text.match(/^rxcall_calls_total.*$/gm) ?? [])
  }
  await say(alice, bob, invite('bob', bob.self.party))
  await say(alice, tablet, invite('bob', tablet.self.party))
  await say(bob, alice, invite('alice'))
  return { summaries, alice, bob, tablet, say, counted }
}

it.each(['alice', 'bob'] as const)(
  'a call between relays has one summary and one count, when %s ends it',
  async (who) => {
    const { summaries, alice, bob, tablet, say, counted } = await apart()
    const call = invite('bob')
    const of = { ...call, seq: 1 }
    const from = (step: object, to: TestClient) => ({ ...of, to: to.self, ...step }) as OutgoingMessage
    await say(alice, bob, call)
    await tablet.saw(([, seen]) => (seen as { callId?: string }).callId === call.callId)
    for (const device of [bob, tablet]) await say(device, alice, from({ type: 'ringing', body: {} }, alice))
    await say(bob, alice, from({ type: 'accept', body: {} }, alice))
    await say(alice, bob, from({ type: 'select', body: {} }, bob))
    await say(alice, tablet, from({ type: 'cancel', body: { reason: 'answered-elsewhere' } }, tablet))
    const [ender, other] = who === 'alice' ? [alice, bob] : [bob, alice]
    await say(ender, other, from({ type: 'hang-up', body: { reason: 'hung-up' } }, other))
    // Messages are delivered in order, so by then the relays have processed the whole call.
    for (const [one, another] of [
      [alice, bob],
      [bob, alice],
      [alice, tablet],
      [tablet, alice],
    ] as const)
      await say(one, another, invite(another.self.user, another.self.party))
    expect(summaries).toMatchObject([[0, { outcome: 'hung-up', talkMs: expect.any(Number) as unknown }]])
    expect(summaries[0]?.[1].call).toBe(call.callId.slice(0, 8))
    expect(await counted()).toEqual([['rxcall_calls_total{outcome="hung-up"} 1'], [], []])
  },
)

it('a call that is declined on another relay is reported as declined', async () => {
  const { summaries, alice, bob, say } = await apart()
  const call = invite('bob')
  await say(alice, bob, call)
  await say(bob, alice, { ...call, type: 'decline', to: alice.self, seq: 1, body: {} })
  expect(summaries).toMatchObject([[0, { outcome: 'declined' }]])
})
