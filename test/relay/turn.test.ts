import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createRelay } from '../../server/index.ts'
import { turnCredentials } from '../../server/turn.ts'
import { IssuedIceServers, parse } from '../../src/core/protocol/index.ts'
import { connect, startRelay } from './relay-fixture.ts'

const turn = { urls: ['turn:127.0.0.1:3478?transport=udp'], secret: 'shared' }
const issuedTo = (client: { seen: readonly (readonly unknown[])[] }) =>
  client.seen.flatMap(([event, issued]) => (event === 'ice-servers' ? [issued as IssuedIceServers] : []))

describe('TURN credentials', () => {
  it('are those of the REST API: when they expire, who has them, and the proof', () => {
    const issued = turnCredentials({ ...turn, ttlSeconds: 600 }, 'alice', 1_000_000_000_000)
    // printf 1000000600:alice | openssl dgst -sha1 -hmac shared -binary | base64
    expect(issued).toEqual({
      iceServers: [
        { urls: turn.urls, username: '1000000600:alice', credential: 's+EimQtCTiei6rOG4fVFRDy6Lmg=' },
      ],
      ttlMs: 600_000,
    })
  })

  it.each([['a:b'], ['café ☎'], ['👋'.repeat(32)], ['名'.repeat(64)], ['\ud800']])(
    'have a username that TURN takes, of %j',
    (user) => {
      const issued = turnCredentials(turn, user, 0)
      const { username = '' } = issued.iceServers[0] ?? {}
      expect(username).toMatch(/^3600:[\w.~!*'()%-]+$/)
      expect(username.length).toBeLessThan(509)
      expect(parse(IssuedIceServers, issued)).toEqual({ ok: true, value: issued })
    },
  )

  it('come after the welcome and before the roster, for each client its own', async () => {
    const { url } = await startRelay({ turn })
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    expect(alice.seen.map(([event]) => event).slice(0, 3)).toEqual(['welcome', 'ice-servers', 'roster'])
    const [ofAlice, ofBob] = [issuedTo(alice), issuedTo(bob)].map(([issued]) => issued?.iceServers[0])
    expect(ofAlice?.username).toMatch(/^\d+:alice$/)
    expect(ofBob?.username).toMatch(/^\d+:bob$/)
    const seconds = Number(ofAlice?.username?.split(':')[0]) - Date.now() / 1000
    expect(seconds).toBeGreaterThan(3500)
    expect(seconds).toBeLessThanOrEqual(3601)
    const proof = createHmac('sha1', turn.secret).update(ofBob?.username ?? '')
    expect(ofBob?.credential).toBe(proof.digest('base64'))
  })

  it('are issued again when half of their time is over', async () => {
    const { url } = await startRelay({ turn: { ...turn, ttlSeconds: 2 } })
    const alice = await connect(url, 'alice')
    await expect.poll(() => issuedTo(alice).length, { timeout: 10_000 }).toBeGreaterThan(2)
    const usernames = issuedTo(alice).map(({ iceServers }) => iceServers[0]?.username)
    expect(new Set(usernames).size).toBe(usernames.length)
  })

  it('are not there without a TURN server', async () => {
    const { url } = await startRelay()
    expect(issuedTo(await connect(url, 'alice'))).toEqual([])
  })

  it.each([
    [{ urls: [] }, /no TURN server/],
    [{ urls: ['stun:turn.example'] }, /stun:turn.example is no TURN server/],
    [{ secret: '' }, /need the secret/],
    [{ ttlSeconds: 0 }, /0 seconds/],
    [{ ttlSeconds: NaN }, /NaN seconds/],
  ])('cannot be issued with %j', (wrong, problem) => {
    expect(() => createRelay({ turn: { ...turn, ...wrong } })).toThrow(problem)
  })
})
