import type { OutgoingMessage, Party, Receipt } from '../../src/core/protocol/index.ts'
import { TokenBucket, type Rate } from '../../src/core/protocol/token-bucket.ts'
import { addressKey } from '../limits/client-address.ts'
import type { CountMessage, TooMany } from '../limits/message-limits.ts'
import type { MessageRoutes } from './addressees.ts'
import { readMessage } from './read-message.ts'
import type { RelaySocket } from '../relay-socket.ts'
import { routeMessage } from './route-message.ts'

/** Messages of one connection that may wait to be counted. They wait only if the counter is remote and slow. */
const MAX_WAITING = 500

export interface ReceiveOptions {
  readonly rate: Rate
  readonly count: CountMessage
  readonly routes: MessageRoutes
  /** A message was answered after `seconds`. Its type is `invalid` if it is not a message. */
  readonly answered: (type: string, receipt: Receipt, seconds: number) => void
  readonly routed: (from: Party, message: OutgoingMessage) => void
}

/**
 * Receives whatever an admitted client emits, and answers each event that has an acknowledgement with a receipt. An event without
 * one is counted and ignored. Messages are routed in the order in which they arrived. Never throws, whatever arrives.
 */
export function messageReceiver(options: ReceiveOptions): (socket: RelaySocket) => void {
  const { burst, perSecond } = options.rate
  const problem = `at most ${burst} messages at once and ${perSecond} a second`
  const shared: Shared = { ...options, tooMany: { ok: false, code: 'too-many-messages', problem } }
  return (socket) => {
    const receiver = new Receiver(socket, shared)
    // Every event comes here, even an unknown one, and none reaches a listener.
    socket.use((event) => receiver.receive(event))
    socket.conn.on('packet', (packet: Packet) => {
      if (isStray(packet)) receiver.receiveStray()
    })
  }
}

/** What the receivers of all connections share. */
interface Shared extends ReceiveOptions {
  readonly tooMany: Receipt
}

type Acknowledge = (receipt: Receipt) => void

/** A class, because each connection has one: it takes less memory than functions that share variables. */
class Receiver {
  private readonly socket: RelaySocket
  private readonly options: Shared
  /** The key by which its address is counted. */
  private readonly address: string
  private readonly bucket: TokenBucket
  private waiting = 0
  private last: Promise<void> | undefined

  constructor(socket: RelaySocket, options: Shared) {
    this.socket = socket
    this.options = options
    this.address = addressKey(socket.data.address)
    this.bucket = new TokenBucket(options.rate, performance.now())
  }

  receive(event: readonly unknown[]): void {
    if (!this.socket.connected) return
    const end = event.at(-1)
    const acknowledge = isAcknowledge(end) ? end : undefined
    const since = performance.now()
    if (!this.bucket.take(since) || this.waiting >= MAX_WAITING) return this.refuse(acknowledge, since)
    if (!acknowledge) return this.answer(acknowledge, since, 'invalid', unacknowledged)
    const read = readEvent(event)
    if (!read.ok) return this.answer(acknowledge, since, 'invalid', read)
    const { message } = read
    const counted = this.last?.then(() => this.count(message)) ?? this.count(message)
    if (!(counted instanceof Promise))
      return this.answer(acknowledge, since, message.type, this.route(message, counted))
    this.waiting += 1
    const last = counted.then((refusal) => {
      this.waiting -= 1
      if (this.last === last) this.last = undefined
      this.answer(acknowledge, since, message.type, this.route(message, refusal))
    })
    this.last = last
  }

  /** Counts a packet of Socket.IO that is not an event as an invalid message. */
  receiveStray(): void {
    const since = performance.now()
    if (this.bucket.take(since)) this.answer(undefined, since, 'invalid', stray)
    else this.refuse(undefined, since)
  }

  private refuse(acknowledge: Acknowledge | undefined, since: number): void {
    this.answer(acknowledge, since, 'invalid', this.options.tooMany)
    this.socket.data.floodGuard.countExcess(since)
  }

  private answer(acknowledge: Acknowledge | undefined, since: number, type: string, receipt: Receipt): void {
    acknowledge?.(receipt)
    this.options.answered(type, receipt, (performance.now() - since) / 1000)
  }

  private count({ type }: OutgoingMessage): ReturnType<CountMessage> {
    return this.options.count(this.socket.data.self.user, this.address, type)
  }

  private route(message: OutgoingMessage, refusal: TooMany | undefined): Receipt {
    if (refusal) return refusal
    const { routes, routed } = this.options
    // Even if the sender has left meanwhile, because an end message may be the last that a client sends.
    const receipt = routeMessage(this.socket, message, routes)
    if (receipt.ok) routed(this.socket.data.self, message)
    return receipt
  }
}

interface Packet {
  readonly type: string
  readonly data?: unknown
}

/**
 * Whether a packet of Engine.IO claims another namespace, or acknowledges an event that did not ask for it. These are
 * CONNECT, ACK and BINARY_ACK of Socket.IO protocol 5. Other packets that are not events end the connection.
 */
const isStray = ({ type, data }: Packet): boolean =>
  type === 'message' && typeof data === 'string' && /^[036]/.test(data)

/** The message in an event. An event is its name, its arguments, and last the acknowledgement. */
function readEvent(event: readonly unknown[]): ReturnType<typeof readMessage> {
  if (event[0] !== 'message') return invalid('the only event of a client is "message"')
  if (event.length !== 3) return invalid('"message" has one message and one acknowledgement')
  return readMessage(event[1])
}

const invalid = (problem: string) => ({ ok: false, code: 'invalid-message', problem }) as const

const stray = invalid('a client sends nothing but events of the main namespace')
const unacknowledged = invalid('"message" has an acknowledgement, which its receipt answers')

// Clients send JSON and binary, so a function can only be Socket.IO's own acknowledgement.
const isAcknowledge = (value: unknown): value is Acknowledge => typeof value === 'function'
