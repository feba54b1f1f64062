import type { OutgoingMessage, Receipt } from '../../src/core/protocol/index.ts'
import { MAX_BACKLOG } from '../limits/backlog.ts'
import { isStep } from '../observing/call-summaries.ts'
import type { Directory } from '../users/directory.ts'
import { messageFrame, sendFrame } from './message-frame.ts'
import type { RelaySocket } from '../relay-socket.ts'

/**
 * Delivers a checked message from `sender` to its addressee alone, on whichever node that is, stamped with who sent it. A
 * user without a party means every party of that user; the sender itself is never among them. A party that does not keep up
 * is left out, so that it does not silence the others.
 */
export function routeMessage(
  sender: RelaySocket,
  message: OutgoingMessage,
  directory: Pick<Directory, 'find' | 'send'>,
): Receipt {
  const { here, elsewhere } = directory.find(message.to)
  if (here.length === 0 && elsewhere.length === 0) return unreachable
  const frame = messageFrame(message, sender.data.self)
  let receipt = unreachable
  for (const socket of here) {
    if (socket === sender) continue
    const keepsUp = socket.data.backlog.packets < MAX_BACKLOG
    if (keepsUp) sendFrame(socket, frame)
    receipt = keepsUp || receipt.ok ? delivered : tooSlow
  }
  for (const party of elsewhere) {
    if (party.keepsUp) directory.send(party, frame, isStep(message))
    receipt = party.keepsUp || receipt.ok ? delivered : tooSlow
  }
  return receipt
}

const delivered: Receipt = { ok: true }
const unreachable: Receipt = {
  ok: false,
  code: 'unreachable',
  problem: 'nobody of that name is connected',
}
const tooSlow: Receipt = { ok: false, code: 'too-many-messages', problem: 'the addressee does not keep up' }
