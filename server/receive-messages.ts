import type { OutgoingMessage, Receipt } from '../src/core/protocol/index.ts'
import type { Directory } from './directory.ts'
import type { CountMessage, TooMany } from './message-limits.ts'
import { createTokenBucket, type Rate } from './rate-limit.ts'
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
  readonly routed: (message: OutgoingMessage) => void
}

/**
 * Takes whatever an admitted client emits, and answers each event that has an acknowledgement with a receipt. An event
 * without one is ignored. Messages are routed in the order in which they came. Never throws, whatever arrives.
 */
export function receiveMessages(
  socket: RelaySocket,
  { rate, count, directory, answered, routed }: ReceiveOptions,
): void {
  const { self, address } = socket.data
  const sender = { user: self.user, address }
  const takeToken = createTokenBucket(rate)
  const tooMany: Receipt = {
    ok: false,
    code: 'too-many-messages',
    problem: `at most ${rate.burst} messages at once and ${rate.perSecond} a second`,
  }
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  const route = (message: OutgoingMessage, refusal: TooMany | undefined): Receipt => {
    if (refusal) return refusal
    // Also where the sender has left meanwhile: a farewell is the last that a client says.
    const receipt = routeMessage(socket, message, directory)
    if (receipt.ok) routed(message)
    return receipt
  }

  // One listener for every event, so that unknown ones are answered too, and none reaches a listener unchecked.
  socket.onAny((event: unknown, ...args: unknown[]) => {
    const acknowledge = args.at(-1)
    if (!socket.connected || !isReceiver(acknowledge)) return
    const since = performance.now()
    const answer = (type: string, receipt: Receipt) => {
      acknowledge(receipt)
      answered(type, receipt, (performance.now() - since) / 1000)
    }
    if (!takeToken() || waiting >= MAX_WAITING) return answer('invalid', tooMany)
    const read = readEvent(event, args)
    if (!read.ok) return answer('invalid', read)
    const { message } = read
    const { type } = message
    const counted = waiting > 0 ? last.then(() => count(sender, type)) : count(sender, type)
    if (!(counted instanceof Promise)) return answer(type, route(message, counted))
    waiting += 1
    last = counted.then((refusal) => {
      waiting -= 1
      answer(type, route(message, refusal))
    })
  })
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
