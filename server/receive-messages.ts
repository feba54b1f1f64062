import type { OutgoingMessage, Party, Receipt } from '../src/core/protocol/index.ts'
import type { Directory } from './directory.ts'
import type { CountMessage, TooMany } from './message-limits.ts'
import { TokenBucket, type Rate } from './rate-limit.ts'
import { readMessage } from './read-message.ts'
import type { RelaySocket } from './relay-socket.ts'
import { routeMessage } from './route-message.ts'

/** Messages of one connection that are being counted; only where the counter is far away, and slow, are there as many. */
const MAX_WAITING = 500

export interface ReceiveOptions {
  readonly rate: Rate
  readonly count: CountMessage
  readonly directory: Pick<Directory, 'find' | 'send'>
  /** A message was answered after `seconds`; one that is none has the type `invalid`. */
  readonly answered: (type: string, receipt: Receipt, seconds: number) => void
  readonly routed: (from: Party, message: OutgoingMessage) => void
}

/**
 * Takes whatever an admitted client emits, and answers each event that has an acknowledgement with a receipt. An event
 * without one is ignored. Messages are routed in the order in which they came. Never throws, whatever arrives.
 */
export function messageReceiver(options: ReceiveOptions): (socket: RelaySocket) => void {
  const { burst, perSecond } = options.rate
  const problem = `at most ${burst} messages at once and ${perSecond} a second`
  const tooMany: Receipt = { ok: false, code: 'too-many-messages', problem }
  return (socket) => {
    const receiver = new Receiver(socket, options, tooMany)
    // One listener for every event, so that unknown ones are answered too, and none reaches a listener unchecked.
    socket.onAny((event: unknown, ...args: unknown[]) => receiver.receive(event, args))
  }
}

/** A class, as each connection has one: it takes less memory than functions that share variables. */
class Receiver {
  private readonly socket: RelaySocket
  private readonly options: ReceiveOptions
  private readonly tooMany: Receipt
  private readonly bucket: TokenBucket
  private waiting = 0
  private last: Promise<void> | undefined

  constructor(socket: RelaySocket, options: ReceiveOptions, tooMany: Receipt) {
    this.socket = socket
    this.options = options
    this.tooMany = tooMany
    this.bucket = new TokenBucket(options.rate, performance.now())
  }

  receive(event: unknown, args: readonly unknown[]): void {
    const acknowledge = args.at(-1)
    if (!this.socket.connected || !isReceiver(acknowledge)) return
    const since = performance.now()
    const answer = (type: string, receipt: Receipt) => {
      acknowledge(receipt)
      this.options.answered(type, receipt, (performance.now() - since) / 1000)
    }
    if (!this.bucket.take(since) || this.waiting >= MAX_WAITING) return answer('invalid', this.tooMany)
    const read = readEvent(event, args)
    if (!read.ok) return answer('invalid', read)
    const { message } = read
    const counted = this.last?.then(() => this.count(message)) ?? this.count(message)
    if (!(counted instanceof Promise)) return answer(message.type, this.route(message, counted))
    this.waiting += 1
    const last = counted.then((refusal) => {
      this.waiting -= 1
      if (this.last === last) this.last = undefined
      answer(message.type, this.route(message, refusal))
    })
    this.last = last
  }

  private count({ type }: OutgoingMessage): ReturnType<CountMessage> {
    const { self, address } = this.socket.data
    return this.options.count({ user: self.user, address }, type)
  }

  private route(message: OutgoingMessage, refusal: TooMany | undefined): Receipt {
    if (refusal) return refusal
    const { directory, routed } = this.options
    // Also where the sender has left meanwhile: a farewell is the last that a client says.
    const receipt = routeMessage(this.socket, message, directory)
    if (receipt.ok) routed(this.socket.data.self, message)
    return receipt
  }
}

/** The message in an event; its last argument is the acknowledgement. */
function readEvent(event: unknown, args: readonly unknown[]): ReturnType<typeof readMessage> {
  if (event !== 'message') return invalid('the only event of a client is "message"')
  if (args.length !== 2) return invalid('"message" has one message and one acknowledgement')
  return readMessage(args[0])
}

const invalid = (problem: string) => ({ ok: false, code: 'invalid-message', problem }) as const

// What arrives is JSON and binary, so a function can only be Socket.IO's own acknowledgement.
const isReceiver = (value: unknown): value is (receipt: Receipt) => void => typeof value === 'function'
