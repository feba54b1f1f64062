import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { PerformanceObserver } from 'node:perf_hooks'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createCallSummaries, type CallSummary } from '../../../server/observing/call-summaries.ts'
import { createRelay, logLine, type Authentication, type LogEntry } from '../../../server/index.ts'
import type { OutgoingMessage, Party } from '../../../src/core/protocol/index.ts'
import { freePort } from '../../nodes/support/free-port.ts'
import { connect, invite, openSocket, randomId, refusalOf, startRelay } from '../support/relay-fixture.ts'

/** The samples of a text in the format of Prometheus. */
const samples = (text: string) =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )

describe('the metrics', () => {
  it('count connections, refusals, and messages by type and outcome, and name nobody', async () => {
    const { relay, url } = await startRelay()
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    await refusalOf(url, { name: 'alice', party: randomId(), secret: randomId() })
    await alice.send(invite('bob'))
    await alice.send(invite('nobody'))
    await alice.send({ ...invite('bob'), type: 'a type of my own' } as unknown as OutgoingMessage)
    bob.socket.disconnect()
    await alice.saw(([, change]) => (change as { type?: string }).type === 'left')

    const text = await relay.metrics()
    const all = samples(text)
    expect(all.get('rxcall_connections')).toBe(1)
    expect(all.get('rxcall_refusals_total{code="name-taken"}')).toBe(1)
    expect(all.get('rxcall_disconnects_total{reason="client namespace disconnect"}')).toBe(1)
    expect(all.get('rxcall_messages_total{type="invite",outcome="ok"}')).toBe(1)
    expect(all.get('rxcall_messages_total{type="invite",outcome="unreachable"}')).toBe(1)
    expect(all.get('rxcall_messages_total{type="invalid",outcome="invalid-message"}')).toBe(1)
    expect(all.get('rxcall_message_seconds_count')).toBe(3)
    expect(all.get('rxcall_message_seconds_bucket{le="+Inf"}')).toBe(3)
    expect(all.get('rxcall_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0)
    expect(text).not.toMatch(/alice|bob|nobody|of my own|127\.0\.0\.1/)
  })

  it('count pages of foreign origins', async () => {
    const { relay, url } = await startRelay()
    const socket = openSocket(url, {}, { extraHeaders: { origin: 'https://evil.example' } })
    await new Promise((resolve) => socket.once('connect_error', resolve))
    expect(samples(await relay.metrics()).get('rxcall_refusals_total{code="origin"}')).toBe(1)
  })

  it('are served on a port of their own, with those of the process', async () => {
    const relay = createRelay({ port: 0, host: '127.0.0.1', admin: { port: 0, host: '127.0.0.1' } })
    onTestFinished(() => relay.close())
    const { url, adminPort } = await relay.listen()
    const admin = `http://127.0.0.1:${adminPort}`
    const answer = await fetch(`${admin}/metrics`)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const all = samples(await answer.text())
    expect(all.get('rxcall_connections')).toBe(0)
    expect(all.get('process_resident_memory_bytes')).toBeGreaterThan(0)
    expect((await fetch(`${admin}/healthz`)).status).toBe(200)
    expect((await fetch(`${admin}/readyz`)).status).toBe(200)
    expect((await fetch(`${admin}/`)).status).toBe(404)
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
    await relay.close()
    await expect(fetch(`${admin}/healthz`)).rejects.toThrow()
  })

  it('are served each time that the relay listens, and by every relay of a process, which is watched once', async () => {
    const watched = vi.spyOn(PerformanceObserver.prototype, 'observe')
    onTestFinished(() => watched.mockRestore())
    const [one, other] = [0, 1].map(() => {
      const relay = createRelay({ port: 0, host: '127.0.0.1', admin: { port: 0, host: '127.0.0.1' } })
      onTestFinished(() => relay.close())
      return relay
    })
    const served = async (relay = one) => {
      const answer = await fetch(`http://127.0.0.1:${(await relay?.listen())?.adminPort}/metrics`)
      const all = samples(await answer.text())
      return [all.get('rxcall_connections'), Number(all.get('process_resident_memory_bytes')) > 0]
    }
    expect(await served()).toEqual([0, true])
    await one?.close()
    expect(await served()).toEqual([0, true])
    expect(await served(other)).toEqual([0, true])
    expect(watched.mock.calls.length).toBeLessThanOrEqual(1)
  })

  it('fail to be served where their port is in use, and nothing is left open', async () => {
    const { url } = await startRelay()
    const relay = createRelay({
      port: 0,
      host: '127.0.0.1',
      admin: { port: Number(new URL(url).port), host: '127.0.0.1' },
    })
    for (let tries = 0; tries < 2; tries += 1)
      await expect(relay.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await relay.close()
  })
})

describe('the log', () => {
  const logged = async (logAddresses: boolean) => {
    const entries: LogEntry[] = []
    const { url } = await startRelay({ log: (entry) => entries.push(entry), logAddresses })
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    await refusalOf(url, { name: 'alice', party: randomId(), secret: randomId() })
    const call = invite('bob')
    const hangUp: OutgoingMessage = { ...call, type: 'hang-up', seq: 2, body: { reason: 'hung-up' } }
    const secret = 'v=0 a=ice-pwd:secret'
    for (const message of [
      call,
      { ...call, type: 'offer', seq: 1, body: { sdp: secret } } satisfies OutgoingMessage,
      hangUp,
    ])
      await alice.send(message)
    bob.socket.disconnect()
    await alice.saw(([, change]) => (change as { type?: string }).type === 'left')
    return { entries, call }
  }

  it('tells who comes and goes, who is refused and how calls end; no description and no address', async () => {
    const { entries, call } = await logged(false)
    expect(entries).toEqual([
      { event: 'connected', user: 'alice' },
      { event: 'connected', user: 'bob' },
      { event: 'refused', code: 'name-taken' },
      {
        event: 'call',
        call: call.callId.slice(0, 8),
        outcome: 'hung-up',
        media: { audio: true, video: true },
        ringMs: expect.any(Number) as unknown,
      },
      { event: 'disconnected', user: 'bob', reason: 'client namespace disconnect' },
    ])
    expect(entries.map(logLine).join('\n')).not.toMatch(/127\.0\.0\.1|secret/)
  })

  it('tells addresses where it is told to', async () => {
    const { entries } = await logged(true)
    expect(entries.slice(0, 3)).toEqual([
      { event: 'connected', user: 'alice', address: '127.0.0.1' },
      { event: 'connected', user: 'bob', address: '127.0.0.1' },
      { event: 'refused', code: 'name-taken', address: '127.0.0.1' },
    ])
  })
})

describe('the summary of a call', () => {
  const alice: Party = { user: 'alice', party: 'a'.repeat(32) }
  const bob: Party = { user: 'bob', party: 'b'.repeat(32) }
  const mallory: Party = { user: 'mallory', party: 'c'.repeat(32) }
  const callId = 'f'.repeat(32)
  type Step = readonly [from: Party, to: Party, type: string, body?: object]

  function summaries(steps: readonly Step[], options: { readonly max?: number } = {}) {
    const all: CallSummary[] = []
    let now = 0
    const log = createCallSummaries((summary) => all.push(summary), { ...options, now: () => now })
    for (const [from, to, type, body = {}] of steps) {
      now += 100
      log.routed(from, { v: 1, type, callId, to: { user: to.user }, body } as OutgoingMessage)
    }
    return all
  }
  const call: Step = [alice, bob, 'invite', { media: { audio: true, video: false } }]
  const base = { call: 'ffffffff', media: { audio: true, video: false } }

  it.each<[string, readonly Step[]]>([
    ['declined', [[bob, alice, 'decline']]],
    ['busy', [[bob, alice, 'busy']]],
    ['unreachable', [[bob, alice, 'gone']]],
    [
      'no-answer',
      [
        [bob, alice, 'ringing'],
        [alice, bob, 'cancel', { reason: 'no-answer' }],
      ],
    ],
    ['cancelled', [[alice, bob, 'cancel', { reason: 'cancelled' }]]],
    [
      'declined',
      [
        [bob, alice, 'ringing'],
        [bob, alice, 'busy'],
        [bob, alice, 'decline'],
      ],
    ],
    ['media-error', [[alice, bob, 'hang-up', { reason: 'media-error' }]]],
  ])('that nobody answered: %s', (outcome, steps) => {
    expect(summaries([call, ...steps])).toEqual([{ ...base, outcome, ringMs: expect.any(Number) as unknown }])
  })

  it.each<[string, readonly Step[]]>([
    ['hung-up', [[bob, alice, 'hang-up', { reason: 'hung-up' }]]],
    ['failed', [[alice, bob, 'hang-up', { reason: 'failed' }]]],
    ['hung-up', [[bob, alice, 'gone']]],
    [
      'hung-up',
      [
        [alice, bob, 'cancel', { reason: 'answered-elsewhere' }],
        [alice, bob, 'hang-up', { reason: 'hung-up' }],
      ],
    ],
  ])('that was answered: %s', (outcome, steps) => {
    expect(summaries([call, [bob, alice, 'ringing'], [bob, alice, 'accept'], ...steps])).toMatchObject([
      { ...base, outcome, ringMs: 200 },
    ])
  })

  it('has the times of ringing and talking', () => {
    const steps: Step[] = [
      call,
      [bob, alice, 'accept'],
      [bob, alice, 'accept'],
      [bob, alice, 'hang-up', { reason: 'hung-up' }],
    ]
    expect(summaries(steps)).toEqual([{ ...base, outcome: 'hung-up', ringMs: 100, talkMs: 200 }])
  })

  it('is made once, and by nobody from outside the call', () => {
    const hangUp = { reason: 'hung-up' }
    expect(
      summaries([[mallory, bob, 'hang-up', hangUp], call, call, [mallory, bob, 'hang-up', hangUp]]),
    ).toEqual([])
    expect(summaries([call, [alice, bob, 'hang-up', hangUp], [bob, alice, 'hang-up', hangUp]])).toHaveLength(
      1,
    )
  })

  it('is made of what others send, where the call began here', () => {
    const all: CallSummary[] = []
    const log = createCallSummaries((summary) => all.push(summary))
    const here = invite('bob')
    const elsewhere = invite('alice')
    const steps = (of: OutgoingMessage, user: string): OutgoingMessage[] => [
      { ...of, type: 'accept', to: { user }, body: {} },
      { ...of, type: 'hang-up', to: { user }, body: { reason: 'hung-up' } },
    ]
    log.routed(alice, here)
    log.delivered(bob, elsewhere)
    for (const step of steps(here, 'alice')) log.delivered(bob, step)
    for (const step of steps(elsewhere, 'bob')) log.routed(alice, step)
    expect(all).toMatchObject([{ call: here.callId.slice(0, 8), outcome: 'hung-up', talkMs: 0 }])
  })

  it('is of a call that was silent for too long, up to its last word, and of no other', () => {
    const all: CallSummary[] = []
    const [minute, hour] = [60_000, 3_600_000]
    let now = 0
    const log = createCallSummaries((summary) => all.push(summary), { now: () => now })
    const [ringing, talking] = [invite('bob'), invite('bob')]
    log.routed(alice, ringing)
    log.routed(alice, talking)
    now = 5 * minute
    log.routed(bob, { ...talking, type: 'accept', to: { user: 'alice' }, body: {} })
    now = 10 * minute
    log.routed(alice, invite('bob'))
    expect(all).toEqual([])
    now = 12 * hour
    log.routed(alice, { ...talking, type: 'renegotiate', body: {} })
    log.routed(mallory, { ...talking, type: 'renegotiate', body: {} })
    now = 36 * hour
    log.routed(alice, invite('bob'))
    expect(all.splice(0)).toMatchObject([
      { call: ringing.callId.slice(0, 8), outcome: 'unknown', ringMs: 0 },
      { outcome: 'unknown' },
    ])
    now = 37 * hour
    log.routed(alice, invite('bob'))
    expect(all).toMatchObject([
      { call: talking.callId.slice(0, 8), ringMs: 5 * minute, talkMs: 12 * hour - 5 * minute },
      { outcome: 'unknown' },
    ])
  })

  it('is of no more calls than can be kept', () => {
    const all: CallSummary[] = []
    const log = createCallSummaries((summary) => all.push(summary), { max: 2 })
    for (let i = 0; i < 5; i += 1) log.routed(alice, invite('bob'))
    expect(all.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown'])
  })
})

describe('a relay that is about to stop', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('is not ready, lets nobody in, tells its clients, and waits for them to go', async () => {
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
    // Who is still there is still served.
    expect(await alice.send(invite('bob'))).toEqual({ ok: true })
    alice.socket.disconnect()
    expect(await bob.send(invite('nobody'))).toMatchObject({ code: 'unreachable' })
    expect(drained).toBe(false)
    bob.socket.disconnect()
    await draining
  })

  it('lets nobody in who knocked before, and was being looked at', async () => {
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

  it('waits no longer than it said', async () => {
    const { relay, url } = await startRelay()
    const alice = await connect(url, 'alice')
    await relay.drain(10)
    expect(alice.socket.connected).toBe(true)
    await relay.close()
    expect(await alice.gone).toMatch(/^transport/)
  })

  it('does not wait where nobody is there', async () => {
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

describe('/readyz says why a relay is not ready', () => {
  const readyz = async (port: number) => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    return answer && [answer.status, await answer.text()]
  }

  it('as its Redis does not answer yet, and then does not at all', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const port = await freePort()
    const redis = { url: `redis://127.0.0.1:${(silent.address() as AddressInfo).port}` }
    const relay = createRelay({ port, host: '127.0.0.1', redis })
    onTestFinished(() => relay.close())
    const sockets = new Set<Socket>()
    silent.on('connection', (socket) => sockets.add(socket))
    // Nothing happens meanwhile by time alone.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const started = relay.listen()
    await expect.poll(() => readyz(port), { timeout: 10_000 }).toEqual([503, 'starting'])
    await vi.advanceTimersByTimeAsync(2000)
    await started
    vi.useRealTimers()
    silent.close()
    for (const socket of sockets) socket.destroy()
    expect(await readyz(port)).toEqual([503, 'Redis is away'])
    await relay.drain(0)
    expect(await readyz(port)).toEqual([503, 'stopping'])
  })
})
