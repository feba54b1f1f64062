import { expect, it } from 'vitest'
import { codeOf, connect, invite, randomId } from '../relay/support/relay-fixture.ts'
import { startRedis } from './support/redis-server.ts'
import { startJoined } from './support/three-relays.ts'

it('messages of a user are counted on all nodes together, and on each while Redis is away', async () => {
  const redis = await startRedis()
  const options = {
    redis: { url: redis.url, prefix: randomId(), leaseMs: 1500 },
    limits: { invitesPerUser: { points: 3, seconds: 60 } },
  }
  const relays = [await startJoined(options), await startJoined(options)] as const
  const bob = await connect(relays[0].url, 'bob')
  const phone = await connect(relays[0].url, 'alice')
  const laptop = await connect(relays[1].url, 'alice', { secret: phone.claim.secret })
  await expect.poll(async () => codeOf(await bob.send(invite('alice', laptop.self.party)))).toBe('ok')

  const codes = []
  for (const device of [phone, laptop, phone, laptop, phone])
    codes.push(codeOf(await device.send(invite('alice'))))
  expect(codes).toEqual(['ok', 'ok', 'ok', 'too-many-invites', 'too-many-invites'])

  await redis.stop()
  await expect.poll(() => relays.map(({ relay }) => relay.ready), { timeout: 20_000 }).toEqual([false, false])
  const carol = await connect(relays[0].url, 'carol')
  const alone = []
  for (let i = 0; i < 4; i++) alone.push(codeOf(await carol.send(invite('alice'))))
  expect(alone).toEqual(['ok', 'ok', 'ok', 'too-many-invites'])
})
