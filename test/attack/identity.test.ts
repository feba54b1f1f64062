import { assert, describe, expect, it } from 'vitest'
import {
  connect,
  delivered,
  expectOnlyMessage,
  invite,
  randomId,
  rawClient,
  startRelay,
} from '../relay/support/relay-fixture.ts'
import { refusals, replay } from './support/identity-attacks.ts'

const claim = (name: string) => ({ name, party: randomId(), secret: randomId() })

describe('a name', () => {
  it('is not lost to a flood of strangers who claim it while its owner reconnects', async () => {
    const { url } = await startRelay()
    const phone = await connect(url, 'alice')
    let owner = await connect(url, 'alice', { secret: phone.claim.secret })
    const strangers: Promise<readonly unknown[]>[] = []
    for (let round = 0; round < 10; round += 1) {
      strangers.push(
        refusals(
          url,
          Array.from({ length: 8 }, () => claim('alice')),
        ),
      )
      const again = connect(url, 'alice', owner.claim)
      owner.socket.disconnect()
      owner = await again
    }
    const refused = (await Promise.all(strangers)).flat()
    expect(refused).toEqual(Array(80).fill(expect.objectContaining({ code: 'name-taken' })))
    expect(phone.socket.connected).toBe(true)
    const bob = await connect(url, 'bob')
    await expectOnlyMessage(bob, phone)
  })

  it('cannot be guessed, because a refusal says only that it is taken', async () => {
    const { url } = await startRelay()
    const { claim: own } = await connect(url, 'alice')
    const near = own.secret.slice(0, -1) + (own.secret.endsWith('0') ? '1' : '0')
    const answers = await refusals(url, [
      { ...claim('alice'), secret: near },
      claim('alice'),
      { ...own, secret: randomId() },
    ])
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(JSON.stringify(answers)).not.toContain(own.party)
  })
})

describe('the roster', () => {
  it('is sent only to accepted connections', async () => {
    const { url } = await startRelay()
    await connect(url, 'alice')
    for (const packets of [
      [],
      ['40'],
      ['42["message",{}]'],
      ['2'],
      [`40${JSON.stringify(claim('alice'))}`],
    ]) {
      const { tcp, write } = await rawClient(url)
      let seen = ''
      tcp.on('data', (data: Buffer) => (seen += data.toString('latin1')))
      for (const packet of packets) write(packet)
      const newcomer = await connect(url, `newcomer ${randomId()}`)
      await expectOnlyMessage(newcomer, await connect(url, `other ${randomId()}`))
      tcp.end()
      if (!tcp.destroyed) await new Promise((resolve) => tcp.once('close', resolve))
      expect(seen).not.toContain('alice')
      expect(seen).not.toContain('roster')
    }
  })

  it('cannot be probed by messages, because a missing user, a wrong party and another spelling get the same answer', async () => {
    const { url } = await startRelay()
    await connect(url, 'alice', { room: 'club' })
    const mallory = await connect(url, 'mallory')
    expect(mallory.changes).toEqual([{ type: 'all', users: [] }])
    const answers = [
      await mallory.send(invite('nobody')),
      await mallory.send(invite('alice', randomId())),
      await mallory.send(invite('ALICE')),
      await mallory.send(invite('nobody', randomId())),
    ]
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })
})

it('a replayed message is stamped with the real sender', async () => {
  const { url } = await startRelay()
  const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
  const mallory = await connect(url, 'mallory')
  const message = invite('bob', bob.self.party)
  expect(await alice.send(message)).toEqual({ ok: true })
  await bob.saw(([event]) => event === 'message')
  const [caught] = bob.messages
  assert(caught)
  const [stamped, plain] = await replay(mallory, caught)
  expect([stamped, plain]).toEqual([expect.objectContaining({ code: 'invalid-message' }), { ok: true }])
  await expectOnlyMessage(alice, bob, [delivered(message, alice.self), delivered(message, mallory.self)])
})
