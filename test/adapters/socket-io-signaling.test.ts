import { createServer, type Socket as TcpSocket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { NEVER, Subject, VirtualTimeScheduler, asyncScheduler, concat, of } from 'rxjs'
import { io } from 'socket.io-client'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  socketIoSignaling,
  type SocketIoOptions,
  type TokenSource,
} from '../../src/adapters/socket-io-signaling.ts'
import { relayConnection, type RelaySocket } from '../../src/adapters/socket-io/relay-connection.ts'
import type { SignalingEvent } from '../../src/core/ports/index.ts'
import type { IncomingMessage, OutgoingMessage, Welcome } from '../../src/core/protocol/index.ts'
import { smallRelay } from './support/small-relay.ts'

const message = (seq: number): OutgoingMessage => ({
  v: 1,
  type: 'ringing',
  callId: 'a'.repeat(32),
  to: { user: 'bob' },
  seq,
  body: {},
})
const waiting = { timeout: 5000, interval: 5 }
const party = 'b'.repeat(32)

/** A connected port, what it has emitted, and a way to wait for more. */
function connect(
  options: Partial<SocketIoOptions>,
  port = socketIoSignaling({ name: 'alice', party, outsideBrowser: true, ...options }),
) {
  const outgoing$ = new Subject<OutgoingMessage>()
  const events: (
    SignalingEvent | { readonly type: 'error'; readonly error: unknown } | { readonly type: 'complete' }
  )[] = []
  const subscription = port.connect(outgoing$).subscribe({
    next: (event) => events.push(event),
    error: (error: unknown) => events.push({ type: 'error', error }),
    complete: () => events.push({ type: 'complete' }),
  })
  onTestFinished(() => subscription.unsubscribe())
  const types = () => events.map(({ type }) => type)
  const saw = (...expected: ReturnType<typeof types>) =>
    vi.waitFor(() => expect(types()).toEqual(expected), waiting)
  return { port, outgoing$, events, saw, subscription }
}

const tcpSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

describe('socketIoSignaling', () => {
  it('connects with its claim and is online with the welcome', async () => {
    const relay = await smallRelay()
    const { events, saw } = connect({ url: relay.url })
    expect(events).toEqual([{ type: 'connecting', user: 'alice' }])
    await saw('connecting', 'online')
    expect(events[1]).toEqual({ type: 'online', self: { user: 'alice', party } })
    const random = expect.stringMatching(/^[0-9a-f]{32}$/) as unknown
    expect(relay.claims).toEqual([{ name: 'alice', party, secret: random }])
  })

  it('reports the features that the relay names, and ignores keys of the welcome that it does not know', async () => {
    const relay = await smallRelay({ welcomes: false })
    const features = ['captions', 'call-waiting']
    relay.onClient((client) =>
      client.emit('welcome', { user: 'alice', party, features, later: 1 } as Welcome),
    )
    const { events, saw } = connect({ url: relay.url })
    await saw('connecting', 'online')
    expect(events[1]).toEqual({ type: 'online', self: { user: 'alice', party }, features })
  })

  it.each([
    ['too many features', Array.from({ length: 17 }, () => 'captions')],
    ['a feature that has no such name', ['Captions']],
  ])('takes a welcome with %s for that of another protocol', async (_, features) => {
    const relay = await smallRelay({ welcomes: false })
    relay.onClient((client) => client.emit('welcome', { user: 'alice', party, features }))
    const { events, saw, subscription } = connect({ url: relay.url })
    await saw('connecting', 'connecting')
    subscription.unsubscribe()
    expect(events[1]).toMatchObject({
      type: 'connecting',
      error: { code: 'relay-unreachable', message: expect.stringContaining('features') as unknown },
    })
  })

  it('is one party with one secret for every subscriber, however often it connects', async () => {
    const relay = await smallRelay()
    const port = socketIoSignaling({ url: relay.url, name: 'alice', outsideBrowser: true })
    const first = connect({}, port)
    await first.saw('connecting', 'online')
    first.subscription.unsubscribe()
    await connect({}, port).saw('connecting', 'online')
    const anotherPort = socketIoSignaling({ url: relay.url, name: 'alice', outsideBrowser: true })
    await connect({}, anotherPort).saw('connecting', 'online')

    const [one, again, other] = relay.claims
    expect(again).toEqual(one)
    expect(other?.secret).not.toBe(one?.secret)
    expect(other?.party).not.toBe(one?.party)
    expect(one?.secret).not.toBe(one?.party)
  })

  it('uses the party and secret of its options', async () => {
    const relay = await smallRelay()
    await connect({ url: relay.url, secret: 'c'.repeat(32) }).saw('connecting', 'online')
    expect(relay.claims).toEqual([{ name: 'alice', party, secret: 'c'.repeat(32) }])
  })

  it.each([['polling'], ['websocket']] as const)(
    'uses %s, and finds a relay under a path',
    async (transport) => {
      const relay = await smallRelay({ path: '/signaling' })
      const { outgoing$, saw } = connect({ url: relay.url, path: '/signaling', transports: [transport] })
      await saw('connecting', 'online')
      outgoing$.next(message(1))
      await vi.waitFor(() => expect(relay.messages).toEqual([message(1)]))
      expect([...relay.clients].map(({ conn }) => conn.transport.name)).toEqual([transport])
    },
  )

  it('falls back to the second transport when the first one is blocked', async () => {
    const relay = await smallRelay({ transports: ['polling'] })
    const { saw } = connect({ url: relay.url, transports: ['websocket', 'polling'] })
    await saw('connecting', 'online')
    expect([...relay.clients].map(({ conn }) => conn.transport.name)).toEqual(['polling'])
  })

  it('assembles the roster, without its own user', async () => {
    const relay = await smallRelay()
    relay.onClient((client) => {
      client.emit('roster', { type: 'all', users: ['bob', 'alice', 'amy'] })
      client.emit('roster', { type: 'joined', user: 'ben' })
      client.emit('roster', { type: 'left', user: 'bob' })
      client.emit('roster', {
        type: 'changes',
        list: [
          { type: 'left', user: 'amy' },
          { type: 'joined', user: 'zoe' },
          { type: 'left', user: 'ben' },
          { type: 'joined', user: 'ben' },
        ],
      })
    })
    const { events, saw } = connect({ url: relay.url })
    await saw('connecting', 'online', 'roster', 'roster', 'roster', 'roster')
    expect(events.slice(2).map((event) => event.type === 'roster' && event.users)).toEqual([
      ['amy', 'bob'],
      ['amy', 'ben', 'bob'],
      ['amy', 'ben'],
      ['ben', 'zoe'],
    ])
  })

  it('passes messages on unchanged', async () => {
    const relay = await smallRelay()
    const strange = { v: 99, type: 'nonsense', nested: { list: [1, null] } }
    relay.onClient((client) => client.emit('message', strange as unknown as IncomingMessage))
    const { events, saw } = connect({ url: relay.url })
    await saw('connecting', 'online', 'message')
    expect(events[2]).toEqual({ type: 'message', message: strange })
  })

  it('sends messages in order, first those from before the welcome', async () => {
    const relay = await smallRelay()
    const { outgoing$, saw } = connect({ url: relay.url })
    outgoing$.next(message(1))
    outgoing$.next(message(2))
    await saw('connecting', 'online')
    outgoing$.next(message(3))
    await vi.waitFor(() => expect(relay.messages).toEqual([message(1), message(2), message(3)]))
  })

  it.each([
    ['unreachable', 'unreachable'],
    ['invalid-message', 'invalid-message'],
    ['message-too-large', 'relay-refused'],
    ['too-many-messages', 'relay-refused'],
  ] as const)('reports that the relay answered %s, as %s', async (code, expected) => {
    const relay = await smallRelay({ receipt: () => ({ ok: false, code, problem: 'the problem' }) })
    const { outgoing$, events, saw } = connect({ url: relay.url })
    outgoing$.next(message(1))
    await saw('connecting', 'online', 'refused')
    expect(events[2]).toMatchObject({
      message: message(1),
      error: { code: expected, detail: { relayCode: code } },
    })
  })

  it.each([
    ['name-taken', 'name-taken'],
    ['too-many-parties', 'relay-refused'],
    ['invalid-name', 'invalid-name'],
    ['invalid-claim', 'relay-refused'],
  ])('gives up when the relay answers the claim with %s, as %s', async (code, expected) => {
    const relay = await smallRelay({ refuse: () => ({ code, problem: 'the problem' }) })
    const { outgoing$, events, saw } = connect({ url: relay.url })
    await saw('connecting', 'error')
    expect(events[1]).toMatchObject({ error: { code: expected, detail: { relayCode: code } } })
    expect(outgoing$.observed).toBe(false)
    expect(relay.claims).toHaveLength(1)
  })

  it.each([
    ['name-taken', 'name-taken'],
    ['too-many-parties', 'relay-refused'],
  ])(
    'keeps claiming what it held before it lost its connection, when the relay answers %s',
    async (code, expected) => {
      let refused: unknown = null
      const relay = await smallRelay({ refuse: () => refused })
      const wake$ = new Subject<void>()
      const { events, saw } = connect({ url: relay.url, wake$ })
      await saw('connecting', 'online')
      refused = { code, problem: 'the problem' }
      relay.clients.forEach((client) => client.disconnect(true))
      await saw('connecting', 'online', 'connecting', 'connecting')
      expect(events[3]).toMatchObject({ error: { code: expected, detail: { relayCode: code } } })
      refused = null
      // So that the test need not wait for 7 s.
      wake$.next()
      await saw('connecting', 'online', 'connecting', 'connecting', 'online')
    },
  )

  it('tries again at once on wake$', async () => {
    const relay = await smallRelay()
    await relay.close()
    const wake$ = new Subject<void>()
    const scheduler = new VirtualTimeScheduler()
    const { events } = connect({ url: relay.url, wake$, scheduler })
    await vi.waitFor(() => expect(events[1]).toMatchObject({ error: { code: 'relay-unreachable' } }), waiting)
    const { claims } = await smallRelay({ port: relay.port })
    wake$.next()
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'online' }), waiting)
    expect(claims).toHaveLength(1)
  })

  it('tries again after a refusal of any other kind', async () => {
    let refusals = 1
    const relay = await smallRelay({ refuse: () => (refusals-- > 0 ? { code: 'not-now' } : null) })
    const { events, saw } = connect({ url: relay.url })
    await saw('connecting', 'connecting', 'online')
    expect(events[1]).toMatchObject({
      error: { code: 'relay-unreachable', detail: { relayCode: 'not-now' } },
    })
  })

  it('tries again after a failed connection, and reports why', async () => {
    const relay = await smallRelay()
    await relay.close()
    const { events } = connect({ url: relay.url, random: () => 0 })
    await vi.waitFor(() => expect(events[1]).toMatchObject({ error: { code: 'relay-unreachable' } }), waiting)
    const reason = `websocket error (connect ECONNREFUSED 127.0.0.1:${relay.port}); check that a relay runs at ${relay.url}`
    expect(events[1]).toMatchObject({ error: { message: expect.stringContaining(reason) as unknown } })
    await smallRelay({ port: relay.port })
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'online' }), waiting)
  })

  it('reconnects after the relay restarted, and then sends what it buffered, in order', async () => {
    const before = await smallRelay()
    const { outgoing$, events, saw } = connect({ url: before.url })
    await saw('connecting', 'online')
    await before.close()
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ error: { code: 'relay-unreachable' } }))
    for (const seq of [1, 2, 3]) outgoing$.next(message(seq))

    const after = await smallRelay({ port: before.port })
    await vi.waitFor(() => expect(after.messages).toEqual([1, 2, 3].map(message)), waiting)
    expect(events.at(-1)).toMatchObject({ type: 'online' })
    expect(after.claims).toEqual(before.claims)
    expect(before.messages).toEqual([])
  })

  it('refuses messages when the outbox is full, after a loss as before the first welcome', async () => {
    const relay = await smallRelay()
    const { outgoing$, events, saw } = connect({ url: relay.url, outboxLimit: 1 })
    outgoing$.next(message(1))
    outgoing$.next(message(2))
    await saw('connecting', 'refused', 'online')
    await relay.close()
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'connecting' }), waiting)
    outgoing$.next(message(3))
    outgoing$.next(message(4))
    const refused = events.filter(({ type }) => type === 'refused')
    const error = { code: 'relay-unreachable' }
    expect(refused).toMatchObject([
      { message: message(2), error },
      { message: message(4), error },
    ])
  })

  it('reconnects after the relay closed its connection, unlike Socket.IO by itself', async () => {
    const relay = await smallRelay()
    const { events, saw } = connect({ url: relay.url })
    await saw('connecting', 'online')
    for (const client of relay.clients) client.disconnect(false)
    await saw('connecting', 'online', 'connecting', 'online')
    expect(events[2]).toMatchObject({ error: { code: 'relay-unreachable', message: /io server disconnect/ } })
  })

  it('gives up a try that brings no welcome in time', async () => {
    const relay = await smallRelay({ welcomes: false })
    const { events } = connect({ url: relay.url, connectTimeoutMs: 50 })
    await vi.waitFor(() => expect(relay.claims.length).toBeGreaterThan(1))
    expect(events[1]).toMatchObject({ type: 'connecting', error: { message: /no welcome/ } })
    expect(events.some(({ type }) => type === 'online')).toBe(false)
  })

  it('gives up a try at a server that accepts the connection and sends nothing', async () => {
    const taken = new Set<TcpSocket>()
    const silent = createServer((socket) => taken.add(socket.on('error', () => undefined)))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      taken.forEach((socket) => socket.destroy())
      silent.close()
    })
    const { port } = silent.address() as AddressInfo
    const { events } = connect({ url: `http://127.0.0.1:${port}`, connectTimeoutMs: 50 })
    await vi.waitFor(() => expect(taken.size).toBeGreaterThan(1))
    expect(events[1]).toMatchObject({ type: 'connecting', error: { code: 'relay-unreachable' } })
  })

  it('survives an invalid welcome, roster and receipt', async () => {
    const relay = await smallRelay({ welcomes: false, receipt: () => 'what' as never })
    let welcomes = 0
    relay.onClient((client) => {
      client.emit('roster', 'nobody' as never)
      client.emit('welcome', (welcomes++ === 0 ? { user: 7 } : { user: 'alice', party }) as never)
    })
    const { outgoing$, events, saw } = connect({ url: relay.url })
    await saw('connecting', 'connecting', 'online')
    expect(events[1]).toMatchObject({ error: { message: /not from a relay of this protocol/ } })
    outgoing$.next(message(1))
    await vi.waitFor(() => expect(relay.messages).toHaveLength(1))
    relay.clients.forEach((client) => client.emit('message', 'marker' as never))
    await saw('connecting', 'connecting', 'online', 'message')
  })

  it('sends what was emitted just before unsubscription, then disconnects', async () => {
    const relay = await smallRelay()
    const { outgoing$, saw, subscription } = connect({ url: relay.url })
    await saw('connecting', 'online')
    for (let seq = 1; seq <= 50; seq++) outgoing$.next(message(seq))
    subscription.unsubscribe()
    await vi.waitFor(() => expect(relay.clients.size).toBe(0))
    expect(relay.messages).toEqual(Array.from({ length: 50 }, (_, i) => message(i + 1)))
  })

  it('waits at most a second for a relay that does not answer', async () => {
    const relay = await smallRelay({ answers: false })
    const { outgoing$, saw, subscription } = connect({ url: relay.url })
    await saw('connecting', 'online')
    outgoing$.next(message(1))
    subscription.unsubscribe()
    await vi.waitFor(() => expect(relay.messages).toHaveLength(1), waiting)
    expect(relay.clients.size).toBe(1)
    await vi.waitFor(() => expect(relay.clients.size).toBe(0), waiting)
  })

  it('emits nothing more after unsubscription, and does not connect again', async () => {
    const relay = await smallRelay()
    const { outgoing$, events, saw, subscription } = connect({ url: relay.url })
    await saw('connecting', 'online')
    subscription.unsubscribe()
    expect(outgoing$.observed).toBe(false)
    await vi.waitFor(() => expect(relay.clients.size).toBe(0))
    await relay.close()
    await vi.waitFor(() => expect(tcpSockets()).toBe(0))
    expect(events.map(({ type }) => type)).toEqual(['connecting', 'online'])
    expect(relay.claims).toHaveLength(1)
  })

  it('closes a connection in progress when unsubscribed', async () => {
    const relay = await smallRelay()
    const { events, subscription } = connect({ url: relay.url })
    subscription.unsubscribe()
    await vi.waitFor(() => expect(tcpSockets()).toBe(0))
    expect(relay.clients.size).toBe(0)
    expect(events).toEqual([{ type: 'connecting', user: 'alice' }])
  })

  it('leaves no listener on a closed socket', () => {
    const socket: RelaySocket = io('http://127.0.0.1:9', { autoConnect: false, forceNew: true })
    const disconnect = vi.fn(() => void socket.disconnect())
    const subscription = relayConnection(socket, disconnect, {
      auth$: of({ name: 'alice', party, secret: party }),
      renews: false,
      advice: '',
      issued: () => undefined,
      welcomeMs: 10_000,
      scheduler: asyncScheduler,
      random: () => 0,
    }).subscribe({
      error: vi.fn(),
    })
    const events = [
      'welcome',
      'closing',
      'ice-servers',
      'roster',
      'message',
      'disconnect',
      'connect_error',
    ] as const
    expect(events.map((event) => socket.listeners(event).length)).toEqual(events.map(() => 1))
    subscription.unsubscribe()
    expect(events.map((event) => socket.listeners(event).length)).toEqual(events.map(() => 0))
    expect(disconnect).toHaveBeenCalledTimes(1)
  })

  it('stays connected when the messages complete or fail', async () => {
    const relay = await smallRelay()
    relay.onClient((client) => client.on('message', () => client.emit('message', 'marker' as never)))
    const first = connect({ url: relay.url })
    const second = connect({ url: relay.url })
    await first.saw('connecting', 'online')
    await second.saw('connecting', 'online')
    first.outgoing$.next(message(1))
    first.outgoing$.complete()
    second.outgoing$.next(message(2))
    second.outgoing$.error(new Error('broken'))
    await first.saw('connecting', 'online', 'message')
    await second.saw('connecting', 'online', 'message')
  })

  it('sends its token, and claims a name only if it has one', async () => {
    const relay = await smallRelay()
    const port = socketIoSignaling({
      url: relay.url,
      party,
      secret: party,
      token: 'a token',
      outsideBrowser: true,
    })
    connect({}, port)
    await vi.waitFor(
      () => expect(relay.claims).toEqual([{ party, secret: party, token: 'a token' }]),
      waiting,
    )
  })

  it.each<[string, (token: string) => ReturnType<Extract<TokenSource, (...args: never) => unknown>>]>([
    ['at once', (token) => token],
    ['as a promise', (token) => Promise.resolve(token)],
    ['as an Observable', (token) => concat(of(token), NEVER)],
  ])('requests a token for each connection, and gets it %s', async (_, hand) => {
    const relay = await smallRelay()
    let count = 0
    const { saw } = connect({ url: relay.url, token: () => hand(`token ${++count}`) })
    await saw('connecting', 'online')
    for (const client of relay.clients) client.disconnect(true)
    await saw('connecting', 'online', 'connecting', 'online')
    expect(relay.claims.map(({ token }) => token)).toEqual(['token 1', 'token 2'])
  })

  it.each<[string, () => Promise<string>]>([
    ['fails', () => Promise.reject(new Error('no session'))],
    ['gives nothing', () => Promise.resolve('')],
    ['gives something else', () => Promise.resolve(undefined as unknown as string)],
  ])('tries again when the source of tokens %s', async (_, broken) => {
    const relay = await smallRelay()
    let tries = 0
    const token = () => (++tries === 1 ? broken() : 'a token')
    const { events, saw } = connect({ url: relay.url, token })
    await saw('connecting', 'connecting', 'online')
    expect(events[1]).toMatchObject({ error: { code: 'relay-unreachable', detail: { tokenSource: true } } })
    expect(relay.claims.map(({ token }) => token)).toEqual(['a token'])
  })

  it('gives up a token that does not come in time', async () => {
    const relay = await smallRelay()
    const { events } = connect({ url: relay.url, connectTimeoutMs: 50, token: () => NEVER })
    await vi.waitFor(() => expect(events[1]).toMatchObject({ error: { message: /no welcome/ } }), waiting)
    expect(relay.claims).toEqual([])
  })

  it.each(['token-missing', 'token-invalid', 'name-mismatch', 'not-allowed'])(
    'gives up when the relay answers its token with %s',
    async (code) => {
      const relay = await smallRelay({ refuse: () => ({ code, problem: 'the problem' }) })
      const { events, saw } = connect({ url: relay.url, token: () => 'a token' })
      await saw('connecting', 'error')
      expect(events[1]).toMatchObject({ error: { code: 'relay-refused', detail: { relayCode: code } } })
    },
  )

  it('reconnects with a fresh token when its own has expired, without an error', async () => {
    const relay = await smallRelay()
    let count = 0
    const { events, saw } = connect({ url: relay.url, token: () => `token ${++count}` })
    await saw('connecting', 'online')
    for (const client of relay.clients) {
      client.emit('closing', { code: 'token-expired', problem: 'the problem' })
      client.disconnect(true)
    }
    await saw('connecting', 'online', 'connecting', 'online')
    // Only the relay knows whom a token is for.
    expect(events[0]).toEqual({ type: 'connecting' })
    expect(events[2]).toEqual({ type: 'connecting', user: 'alice' })
    expect(relay.claims.map(({ token }) => token)).toEqual(['token 1', 'token 2'])
  })

  it('tries again when its fresh token has expired, and reports that', async () => {
    let refusals = 1
    const refuse = () => (refusals-- > 0 ? { code: 'token-expired', problem: 'the problem' } : null)
    const relay = await smallRelay({ refuse })
    const { events, saw } = connect({ url: relay.url, token: () => 'a token' })
    await saw('connecting', 'connecting', 'online')
    expect(events[1]).toMatchObject({
      error: { code: 'relay-unreachable', detail: { relayCode: 'token-expired' } },
    })
  })

  it.each(['at the handshake', 'later'])('gives up when its only token has expired %s', async (when) => {
    const expired = { code: 'token-expired', problem: 'the problem' } as const
    const relay = await smallRelay(when === 'later' ? {} : { refuse: () => expired })
    relay.onClient((client) => client.emit('closing', expired))
    const { events } = connect({ url: relay.url, token: 'a token' })
    await vi.waitFor(() => expect(events.at(-1)?.type).toBe('error'), waiting)
    expect(events.at(-1)).toMatchObject({
      error: { code: 'relay-refused', detail: { relayCode: 'token-expired' }, message: /pass a function/ },
    })
    expect(relay.claims).toHaveLength(1)
  })

  it('emits the ICE servers that the relay issues, the latest to each subscriber', async () => {
    const relay = await smallRelay()
    const port = socketIoSignaling({ url: relay.url, name: 'alice', party, outsideBrowser: true })
    const server = (urls: string) => ({ urls: [urls], username: 'u', credential: 'p' })
    const bad = server('turn:two.example:99999')
    const seen: unknown[] = []
    port.iceServers$.subscribe((servers) => seen.push(servers))
    relay.onClient((client) => {
      client.emit('ice-servers', { iceServers: [server('turn:one.example')], ttlMs: 1000 })
      for (const wrong of [{}, 7, null, { iceServers: [{ urls: [] }], ttlMs: 1000 }])
        client.emit('ice-servers', wrong as never)
      client.emit('ice-servers', { iceServers: [bad, server('turn:two.example')], ttlMs: 1000 })
    })
    const { events } = connect({}, port)
    await vi.waitFor(() => expect(seen).toHaveLength(3), waiting)
    // A bad one affects no other: peer ports leave it out, and report it.
    expect(seen).toEqual([[], [server('turn:one.example')], [bad, server('turn:two.example')]])
    const late: unknown[] = []
    port.iceServers$.subscribe((servers) => late.push(servers))
    expect(late).toEqual([[bad, server('turn:two.example')]])
    // Credentials never reach the core, so no recording contains them.
    expect(events.map(({ type }) => type)).toEqual(['connecting', 'online'])
  })

  it('moves at a random moment when its relay asks it to, without an error', async () => {
    const relay = await smallRelay()
    const scheduler = new VirtualTimeScheduler()
    const { outgoing$, events } = connect({ url: relay.url, random: () => 0.5, scheduler })
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['connecting', 'online']), waiting)
    const [client] = relay.clients
    client?.emit('closing', { code: 'moving', problem: 'the problem', withinMs: 4000 })
    client?.emit('message', 'marker' as never)
    await vi.waitFor(() => expect(events.at(-1)?.type).toBe('message'), waiting)
    scheduler.maxFrames = 1999
    scheduler.flush()
    expect(events).toHaveLength(3)
    outgoing$.next(message(1))
    await vi.waitFor(() => expect(relay.messages).toEqual([message(1)]), waiting)
    scheduler.maxFrames = 2000
    scheduler.flush()
    expect(events.slice(3)).toEqual([{ type: 'connecting', user: 'alice' }])
    await vi.waitFor(() => expect(relay.claims).toHaveLength(2), waiting)
    expect(relay.claims[1]).toEqual(relay.claims[0])
  })

  it('cancels a planned move when unsubscribed', async () => {
    const relay = await smallRelay()
    const scheduler = new VirtualTimeScheduler()
    const { events, subscription } = connect({ url: relay.url, random: () => 0.5, scheduler })
    await vi.waitFor(() => expect(events).toHaveLength(2), waiting)
    const [client] = relay.clients
    client?.emit('closing', { code: 'moving', problem: 'the problem', withinMs: 4000 })
    client?.emit('message', 'marker' as never)
    await vi.waitFor(() => expect(events).toHaveLength(3), waiting)
    expect(scheduler.actions).toHaveLength(1)
    subscription.unsubscribe()
    expect(scheduler.actions).toEqual([])
    scheduler.flush()
    await vi.waitFor(() => expect(relay.clients.size).toBe(0), waiting)
    expect(events).toHaveLength(3)
    expect(relay.claims).toHaveLength(1)
  })

  it('names the option that would allow a page of another origin', async () => {
    const relay = await smallRelay()
    await relay.close()
    const page = 'https://page.example'
    vi.stubGlobal('location', { protocol: 'https:', host: 'page.example', origin: page })
    onTestFinished(() => void vi.unstubAllGlobals())
    const { events } = connect({ url: relay.url })
    await vi.waitFor(() => expect(events[1]).toBeDefined(), waiting)
    expect(events[1]).toMatchObject({
      error: { message: expect.stringContaining(`--origin ${page} allows them`) as unknown },
    })
  })

  it('refuses a url with a path, and names the options to pass instead', () => {
    expect(() =>
      socketIoSignaling({ url: 'https://host.example/calls', name: 'alice', outsideBrowser: true }),
    ).toThrow(/url: 'https:\/\/host.example' and path: '\/calls\/socket.io'/)
  })

  it('says that it needs a name or a token', () => {
    const url = 'http://127.0.0.1:9'
    expect(() => socketIoSignaling({ url, outsideBrowser: true })).toThrow(/a name, or a token/)
  })

  it('says that it needs a url when there is no page', () => {
    expect(() => socketIoSignaling({ name: 'alice', outsideBrowser: true })).toThrow(/url of the relay/)
  })

  describe('outside a browser', () => {
    const options = { url: 'http://127.0.0.1:9', name: 'alice' }
    afterEach(() => vi.unstubAllGlobals())

    it('throws unless outsideBrowser is set', () => {
      expect(() => socketIoSignaling(options)).toThrow(TypeError)
      expect(() => socketIoSignaling({ ...options, outsideBrowser: false })).toThrow(TypeError)
      expect(() => socketIoSignaling({ ...options, outsideBrowser: true })).not.toThrow()
    })

    it('says what to do on a server, and what a bot has to pass', () => {
      expect(() => socketIoSignaling(options)).toThrow(/in the browser only.*outsideBrowser: true/)
    })

    it.each([
      ['a page', { document: {} }],
      ['React Native', { navigator: { product: 'ReactNative' } }],
    ])('is not assumed in %s', (_, globals) => {
      for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
      expect(() => socketIoSignaling(options)).not.toThrow()
    })

    it('is assumed for a navigator without a page', () => {
      vi.stubGlobal('navigator', { userAgent: 'Node.js/22' })
      expect(() => socketIoSignaling(options)).toThrow(/no page here/)
    })
  })
})
