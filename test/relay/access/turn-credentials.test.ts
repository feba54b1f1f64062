import { createHmac } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createRelay, type LogEntry } from '../../../server/index.ts'
import type { RelaySocket } from '../../../server/relay-socket.ts'
import { issueTurnCredentials, turnCredentials } from '../../../server/access/turn-credentials.ts'
import { IssuedIceServers, parse } from '../../../src/core/protocol/index.ts'
import { connect, startRelay } from '../support/relay-fixture.ts'

const turn = { urls: ['turn:127.0.0.1:3478?transport=udp'], secret: 'shared' }
const issuedTo = (client: { seen: readonly (readonly unknown[])[] }) =>
  client.seen.flatMap(([event, issued]) => (event === 'ice-servers' ? [issued as IssuedIceServers] : []))

describe('TURN credentials', () => {
  it('follow the TURN REST API: expiry, user and signature', () => {
    const issued = turnCredentials({ ...turn, ttlSeconds: 600 }, 'alice', 1_000_000_000_000)
    // printf 1000000600:alice | openssl dgst -sha1 -hmac shared -binary | base64
    expect(issued).toEqual({
      iceServers: [
        { urls: turn.urls, username: '1000000600:alice', credential: 's+EimQtCTiei6rOG4fVFRDy6Lmg=' },
      ],
      ttlMs: 600_000,
    })
  })

  it.each([['a:b'], ['café ☎'], ['👋'.repeat(32)], ['名'.repeat(64)]])(
    'have a username that TURN accepts, of %j',
    (user) => {
      const issued = turnCredentials(turn, user, 0)
      const { username = '' } = issued.iceServers[0] ?? {}
      expect(username).toMatch(/^3600:[\w.~!*'()%-]+$/)
      expect(username.length).toBeLessThan(509)
      expect(parse(IssuedIceServers, issued)).toEqual({ ok: true, value: issued })
    },
  )

  it('come after the welcome and before the roster, for each client separately', async () => {
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

  it('end no later than the token of their user', async () => {
    const now = 1_000_000_000_300
    const of = (until: number) => {
      const { iceServers, ttlMs } = turnCredentials({ ...turn, ttlSeconds: 600 }, 'alice', now, until)
      return { expires: Number(iceServers[0]?.username?.split(':')[0]) * 1000, ttlMs }
    }
    expect(of(now + 5900)).toEqual({ expires: 1_000_000_006_000, ttlMs: 5900 })
    expect(of(now + 600_000)).toEqual({ expires: 1_000_000_600_000, ttlMs: 600_000 })
    expect(of(now + 7_000_000)).toEqual({ expires: 1_000_000_601_000, ttlMs: 600_000 })
    expect(of(now - 1).ttlMs).toBe(0)

    const expiresAt = Date.now() + 60_000
    const { url } = await startRelay({ turn, authenticate: () => ({ ok: true, user: 'alice', expiresAt }) })
    const [issued] = issuedTo(await connect(url, 'alice'))
    expect(issued?.ttlMs).toBeLessThanOrEqual(60_000)
    expect(Number(issued?.iceServers[0]?.username?.split(':')[0]) * 1000).toBeLessThanOrEqual(expiresAt)
  })

  it('are not renewed when newer ones would end at the same moment, with the token', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const times: number[] = []
    const socket = Object.assign(new EventEmitter(), {
      data: { self: { user: 'alice' }, expiresAt: Date.now() + 25_000 },
      emit: (_: string, { ttlMs }: IssuedIceServers) => times.push(ttlMs),
    })
    issueTurnCredentials(socket as unknown as RelaySocket, { ...turn, ttlSeconds: 20 })
    vi.advanceTimersByTime(25_000)
    expect(times).toEqual([20_000, 15_000])
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['with a warning where users are guests', {}, 1],
    ['without one where they have tokens', { authenticate: () => ({ ok: true, user: 'alice' }) as const }, 0],
  ])('are issued %s', async (_, options, warnings) => {
    const entries: LogEntry[] = []
    await startRelay({ turn, log: (entry) => entries.push(entry), ...options })
    await startRelay({ log: (entry) => entries.push(entry) })
    expect(entries).toEqual(
      Array(warnings).fill({
        event: 'warning',
        message: expect.stringMatching(/guests.*TURN.*--jwt/) as unknown,
      }),
    )
  })

  it('are not issued without a TURN server', async () => {
    const { url } = await startRelay()
    expect(issuedTo(await connect(url, 'alice'))).toEqual([])
  })

  it.each([
    [{ urls: [] }, /there are 0 TURN servers/],
    [{ urls: Array(9).fill('turn:turn.example') as string[] }, /there are 9 TURN servers; give 1 to 8/],
    [{ urls: ['stun:turn.example'] }, /stun:turn.example is not a TURN server/],
    [
      { urls: ['turn:a', 'turn:turn.example:99999'] },
      /at "turn:turn.example:99999": its port is not a number/,
    ],
    [{ urls: ['turn:a?transport=sctp'] }, /at "turn:a\?transport=sctp": the only parameter is transport/],
    [{ urls: ['turn:[::1'] }, /neither a host name nor an IP address/],
    [{ urls: ['turn:u:a-password@host'] }, /at "turn:…@host": it has a user name in it/],
    [{ urls: [`turn:${'a'.repeat(252)}`] }, /longer than 256/],
    [{ secret: '' }, /need the secret/],
    [{ ttlSeconds: 0 }, /0 seconds/],
    [{ ttlSeconds: NaN }, /NaN seconds/],
  ])('cannot be issued with %j', (wrong, problem) => {
    expect(() => createRelay({ turn: { ...turn, ...wrong } })).toThrow(problem)
  })
})
