import type { Receipt } from '../src/core/protocol/index.ts'
import { createTokenBucket, type Rate } from './rate-limit.ts'
import { readMessage } from './read-message.ts'
import type { RelaySocket } from './relay-socket.ts'
import { routeMessage } from './route-message.ts'

/**
 * Takes whatever an admitted client emits, and answers each event that has an acknowledgement with a receipt. An event
 * without one is ignored. Never throws, whatever arrives.
 */
export function receiveMessages(socket: RelaySocket, rate: Rate): void {
  const takeToken = createTokenBucket(rate)
  const tooMany: Receipt = {
    ok: false,
    code: 'too-many-messages',
    problem: `at most ${rate.burst} messages at once and ${rate.perSecond} a second`,
  }

  const receive = (event: unknown, args: readonly unknown[]): Receipt => {
    if (!takeToken()) return tooMany
    if (event !== 'message') return invalid('the only event of a client is "message"')
    if (args.length !== 1) return invalid('"message" has one message and one acknowledgement')
    const read = readMessage(args[0])
    return read.ok ? routeMessage(socket, read.message) : read
  }

  // One listener for every event, so that unknown ones are answered too, and none reaches a listener unchecked.
  socket.onAny((event: unknown, ...args: unknown[]) => {
    const acknowledge = args.at(-1)
    if (!socket.connected || !isReceiver(acknowledge)) return
    acknowledge(receive(event, args.slice(0, -1)))
  })
}

const invalid = (problem: string): Receipt => ({ ok: false, code: 'invalid-message', problem })

// What arrives is JSON and binary, so a function can only be Socket.IO's own acknowledgement.
const isReceiver = (value: unknown): value is (receipt: Receipt) => void => typeof value === 'function'
