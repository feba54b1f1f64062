import type { OutgoingMessage, Receipt } from '../src/core/protocol/index.ts'
import type { Directory } from './directory.ts'
import type { CountMessage } from './message-limits.ts'
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

  const receive = async (
    event: unknown,
    args: readonly unknown[],
    note: (type: string) => void,
  ): Promise<Receipt> => {
    if (event !== 'message') return invalid('the only event of a client is "message"')
    if (args.length !== 1) return invalid('"message" has one message and one acknowledgement')
    const read = readMessage(args[0])
    if (!read.ok) return read
    note(read.message.type)
    const refusal = await count(sender, read.message.type)
    if (refusal) return refusal
    // Also where the sender has left meanwhile: a farewell is the last that a client says.
    const receipt = routeMessage(socket, read.message, directory)
    if (receipt.ok) routed(read.message)
    return receipt
  }

  // One listener for every event, so that unknown ones are answered too, and none reaches a listener unchecked.
  socket.onAny((event: unknown, ...args: unknown[]) => {
    const acknowledge = args.at(-1)
    if (!socket.connected || !isReceiver(acknowledge)) return
    const since = performance.now()
    let type = 'invalid'
    const answer = (receipt: Receipt) => {
      acknowledge(receipt)
      answered(type, receipt, (performance.now() - since) / 1000)
    }
    if (!takeToken() || waiting >= MAX_WAITING) {
      answer(tooMany)
      return
    }
    waiting += 1
    last = last
      .then(() => receive(event, args.slice(0, -1), (known) => (type = known)))
      .then((receipt) => {
        waiting -= 1
        answer(receipt)
      })
  })
}

const invalid = (problem: string): Receipt => ({ ok: false, code: 'invalid-message', problem })

// What arrives is JSON and binary, so a function can only be Socket.IO's own acknowledgement.
const isReceiver = (value: unknown): value is (receipt: Receipt) => void => typeof value === 'function'
