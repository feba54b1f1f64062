import type { OutgoingMessage, Receipt } from '../../src/core/protocol/index.ts'
import { MAX_BACKLOG } from '../limits/backlog.ts'
import { isCallProgress } from '../observing/call-summaries.ts'
import type { RelaySocket } from '../relay-socket.ts'
import type { MessageRoutes } from './addressees.ts'
import { messageFrame, sendFrame } from './message-frame.ts'

/**
 * Delivers a checked message from `sender` to its addressee alone, on any node, stamped with the sender. A user without a party
 * means every party of that user, except the sender itself. A party that does not keep up is skipped, so that it does not
 * silence the others.
 */
export function routeMessage(sender: RelaySocket, message: OutgoingMessage, routes: MessageRoutes): Receipt {
  const { local, remote } = routes.find(message.to)
  if (local.length === 0 && remote.length === 0) return unreachable
  const frame = messageFrame(message, sender.data.self)
  let receipt = unreachable
  for (const socket of local) {
    if (socket === sender) continue
    const keepsUp = socket.data.backlog.packets < MAX_BACKLOG
    if (keepsUp) sendFrame(socket, frame)
    receipt = keepsUp || receipt.ok ? delivered : tooSlow
  }
  for (const party of remote) {
    if (party.keepsUp) routes.send(party, frame, isCallProgress(message))
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
