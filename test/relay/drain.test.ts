import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Authentication } from '../../server/index.ts'
import { connect, invite, randomId, refusalOf, startRelay } from './support/relay-fixture.ts'

describe('a relay that is about to stop', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('is not ready, accepts nobody, notifies its clients, and waits for them to leave', async () => {
    const { relay, url } = await startRelay()
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    let drained = false
    const draining = relay.drain(20_000).then(() => (drained = true))
    for (const client of [alice, bob])
      expect(await client.saw(([event]) => event === 'closing')).toEqual([
        'closing',
        { code: 'moving', problem: expect.stringContaining('connect again') as unknown, withinMs: 20_000 },
      ])
    const ready = await fetch(`${url}/readyz`)
    expect([ready.status, await ready.text()]).toEqual([503, 'stopping'])
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect(await refusalOf(url, { name: 'carol', party: randomId(), secret: randomId() })).toMatchObject({
      code: 'moving',
    })
    // Clients that are still connected are still served.
    expect(await alice.send(invite('bob'))).toEqual({ ok: true })
    alice.socket.disconnect()
    expect(await bob.send(invite('nobody'))).toMatchObject({ code: 'unreachable' })
    expect(drained).toBe(false)
    bob.socket.disconnect()
    await draining
  })

  it('accepts nobody whose claim was still being checked', async () => {
    const answers: ((answer: Authentication) => void)[] = []
    const { relay, url } = await startRelay({
      authenticate: ({ token = '' }) =>
        token === 'slow' ? new Promise((answer) => answers.push(answer)) : { ok: true, user: token },
    })
    const alice = await connect(url, 'alice', { token: 'alice' })
    const refused = refusalOf(url, { token: 'slow', party: randomId(), secret: randomId() })
    await expect.poll(() => answers.length, { timeout: 10_000 }).toBe(1)
    const draining = relay.drain(20_000)
    await alice.saw(([event]) => event === 'closing')
    answers[0]?.({ ok: true, user: 'slow' })
    expect(await refused).toMatchObject({ code: 'moving' })
    alice.socket.disconnect()
    await draining
  })

  it('waits no longer than announced', async () => {
    const { relay, url } = await startRelay()
    const alice = await connect(url, 'alice')
    await relay.drain(10)
    expect(alice.socket.connected).toBe(true)
    await relay.close()
    expect(await alice.gone).toMatch(/^transport/)
  })

  it('does not wait when nobody is connected', async () => {
    const { relay } = await startRelay()
    await relay.drain(1_000_000)
  })

  it('is ready again after it was closed and listens again', async () => {
    const { relay } = await startRelay()
    await relay.drain(0)
    await relay.close()
    const { url } = await relay.listen()
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    await connect(url, 'alice')
  })
})
