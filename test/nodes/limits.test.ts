import { expect, it } from 'vitest'
import type { RelayOptions } from '../../server/index.ts'
import type { OutgoingMessage, Receipt } from '../../src/core/protocol/index.ts'
import { connect, randomId, startRelay } from '../relay/relay-fixture.ts'
import { startRedis } from './support/redis-server.ts'

const leaseMs = 1500
const ack = (user: string): OutgoingMessage => ({
  v: 1,
  type: 'ack',
  callId: randomId(),
  to: { user },
  body: { seq: 1 },
})
const codeOf = (receipt: Receipt) => (receipt.ok ? 'ok' : receipt.code)

/** Alice with a phone on one relay and a laptop on another, to send to Bob from. */
async function scene(options: RelayOptions) {
  const redis = await startRedis()
  const shared = { ...options, redis: { url: redis.url, prefix: randomId(), leaseMs } }
  const relays = [await startRelay(shared), await startRelay(shared)] as const
  const bob = await connect(relays[0].url, 'bob')
  const phone = await connect(relays[0].url, 'alice')
  const laptop = await connect(relays[1].url, 'alice', { secret: phone.claim.secret })
  await laptop.saw(([event]) => event === 'roster')
  await expect.poll(async () => codeOf(await bob.send(ack('alice')))).toBe('ok')
  return { redis, relays, bob, phone, laptop }
}

it('what a user may send is counted on all nodes together, and on each where Redis is away', async () => {
  const { redis, relays, phone, laptop } = await scene({
    limits: { invitesPerUser: { points: 3, seconds: 60 }, messagesPerUser: { points: 1e6, seconds: 60 } },
  })
  const invite = (): OutgoingMessage => ({
    ...ack('bob'),
    type: 'invite',
    body: { media: { audio: true, video: false } },
  })
  const [first, second, third] = [
    await phone.send(invite()),
    await laptop.send(invite()),
    await phone.send(invite()),
  ]
  expect([first, second, third].map(codeOf)).toEqual(['ok', 'ok', 'ok'])
  expect(codeOf(await laptop.send(invite()))).toBe('too-many-invites')
  expect(codeOf(await phone.send(invite()))).toBe('too-many-invites')

  await redis.stop()
  await expect.poll(() => relays.map(({ relay }) => relay.ready), { timeout: 20_000 }).toEqual([false, false])
  const carol = await connect(relays[0].url, 'carol')
  const codes = []
  for (let i = 0; i < 4; i++) codes.push(codeOf(await carol.send(invite())))
  expect(codes).toEqual(['ok', 'ok', 'ok', 'too-many-invites'])
})
