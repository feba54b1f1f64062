import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectTcp, type Socket as TcpSocket } from 'node:net'
import { io, type Socket } from 'socket.io-client'
import { expect, onTestFinished } from 'vitest'
import { createRelay, type RelayOptions } from '../../../server/index.ts'
import type {
  Claim,
  ClientToRelay,
  FeatureId,
  HandshakeAuth,
  IncomingMessage,
  OutgoingMessage,
  Party,
  Receipt,
  RelayToClient,
  RosterChange,
} from '../../../src/core/protocol/index.ts'

export const randomId = () => randomBytes(16).toString('hex')

/** A relay on a free port of loopback, closed when the test ends. It sends every change of a roster at once. */
export async function startRelay(options: RelayOptions = {}, features?: readonly FeatureId[]) {
  const limits = { rosterBatchMs: 0, ...options.limits }
  const relay = createRelay({ port: 0, host: '127.0.0.1', ...options, limits }, features)
  const { url } = await relay.listen()
  onTestFinished(() => relay.close())
  return { relay, url }
}

export type TestSocket = Socket<RelayToClient, ClientToRelay>

export interface TestClient {
  readonly socket: TestSocket
  readonly claim: Claim
  readonly self: Party
  /** Every event that arrived, in order. */
  readonly seen: readonly (readonly unknown[])[]
  readonly messages: readonly IncomingMessage[]
  readonly changes: readonly RosterChange[]
  /** Resolves with the receipt. */
  readonly send: (message: OutgoingMessage) => Promise<Receipt>
  /** Resolves with the first event, past or future, that `test` accepts. */
  readonly saw: (test: (event: readonly unknown[]) => boolean) => Promise<readonly unknown[]>
  /** Resolves with the reason once the socket is disconnected. */
  readonly gone: Promise<string>
}

/** A socket that claims whatever `auth` is, and is closed when the test ends. */
export function openSocket(url: string, auth: object, options: Parameters<typeof io>[1] = {}): TestSocket {
  const socket: TestSocket = io(url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    auth,
    ...options,
  })
  onTestFinished(() => {
    socket.disconnect()
  })
  return socket
}

/** The request that opens a WebSocket (RFC 6455, section 4.1). */
export const upgradeRequest = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`

/** A TCP connection to the relay, destroyed when the test ends. */
export function openTcp(url: string): TcpSocket {
  const tcp = connectTcp(Number(new URL(url).port), '127.0.0.1')
  // The relay may cut it off.
  tcp.on('error', () => undefined)
  onTestFinished(() => {
    tcp.destroy()
  })
  return tcp
}

/** A hand-written WebSocket, because the client library cannot stop reading; `write` sends one packet of Engine.IO. */
export async function rawClient(url: string, auth?: object) {
  const tcp = openTcp(url)
  tcp.write(upgradeRequest('/socket.io/?EIO=4&transport=websocket'))
  const [head] = (await once(tcp, 'data')) as [Buffer]
  const write = (packet: string) => {
    const text = Buffer.from(packet)
    // RFC 6455, section 5.2: one masked text frame; a mask of zeros leaves the text as it is.
    tcp.write(
      Buffer.concat([Buffer.from([0x81, 0xfe, text.length >> 8, text.length & 255, 0, 0, 0, 0]), text]),
    )
  }
  if (auth) write(`40${JSON.stringify(auth)}`)
  return { tcp, write, status: head.toString('latin1').split(' ')[1] }
}

/** A client that the relay has welcomed. Rejects with the relay's error if it is refused. */
export async function connect(
  url: string,
  name: string,
  options: Partial<HandshakeAuth> & {
    readonly transports?: string[]
    readonly extraHeaders?: Record<string, string>
  } = {},
): Promise<TestClient> {
  const { transports = ['websocket'], extraHeaders = {}, ...rest } = options
  const claim: HandshakeAuth & Claim = { name, party: randomId(), secret: randomId(), ...rest }
  const socket = openSocket(url, claim, { transports, extraHeaders })
  const seen: unknown[][] = []
  socket.onAny((...event: unknown[]) => seen.push(event))

  const saw = (test: (event: readonly unknown[]) => boolean) =>
    new Promise<readonly unknown[]>((resolve) => {
      const past = seen.find(test)
      if (past) return resolve(past)
      const listener = (...event: unknown[]) => {
        if (!test(event)) return
        socket.offAny(listener)
        resolve(event)
      }
      socket.onAny(listener)
    })
  const gone = new Promise<string>((resolve) => socket.once('disconnect', (reason) => resolve(reason)))

  await new Promise<void>((resolve, reject) => {
    socket.once('roster', () => resolve())
    socket.once('connect_error', reject)
  })
  return {
    socket,
    claim,
    self: { user: claim.name, party: claim.party },
    seen,
    get messages() {
      return seen.filter(([event]) => event === 'message').map(([, message]) => message as IncomingMessage)
    },
    get changes() {
      return seen.filter(([event]) => event === 'roster').map(([, change]) => change as RosterChange)
    },
    send: (message) => new Promise((resolve) => socket.emit('message', message, resolve)),
    saw,
    gone,
  }
}

/** The `data` of the error with which the relay refuses the claim. Rejects if the claim is let in. */
export function refusalOf(url: string, auth: object): Promise<unknown> {
  const socket = openSocket(url, auth)
  return new Promise((resolve, reject) => {
    socket.once('connect_error', (error) => resolve((error as { data?: unknown }).data))
    socket.once('welcome', () => reject(new Error('the relay let the claim in')))
  })
}

export const invite = (user: string, party?: string, features?: FeatureId[]): OutgoingMessage => ({
  v: 1,
  type: 'invite',
  callId: randomId(),
  to: party === undefined ? { user } : { user, party },
  seq: 0,
  ttlMs: 60_000,
  body: { media: { audio: true, video: true }, ...(features && { features }) },
})

export const ringing = (user: string, features: FeatureId[]): OutgoingMessage => ({
  v: 1,
  type: 'ringing',
  callId: randomId(),
  to: { user },
  body: { features },
})

export const ack = (user: string): OutgoingMessage => ({
  v: 1,
  type: 'ack',
  callId: randomId(),
  to: { user },
  body: { seq: 1 },
})

/** An offer of nearly the size that a description may have. */
export const largeOffer = (user: string): OutgoingMessage => ({
  v: 1,
  type: 'offer',
  callId: randomId(),
  to: { user },
  body: { sdp: 'x'.repeat(60_000) },
})

export const codeOf = (receipt: Receipt) => (receipt.ok ? 'ok' : receipt.code)

export const delivered = (message: OutgoingMessage, from: Party) => ({ ...message, from, ageMs: 0 })

/**
 * Expects that `to` receives what `from` sends next, and has received no other message before. The relay delivers to one
 * client in order, so whatever it sent to `to` earlier has arrived by then.
 */
export async function expectOnlyMessage(from: TestClient, to: TestClient, before: readonly unknown[] = []) {
  const fence = invite(to.self.user)
  expect(await from.send(fence)).toEqual({ ok: true })
  await to.saw(
    ([event, message]) => event === 'message' && (message as IncomingMessage).callId === fence.callId,
  )
  expect(to.messages).toEqual([...before, delivered(fence, from.self)])
}
