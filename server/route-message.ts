import type { OutgoingMessage, Receipt } from '../src/core/protocol/index.ts'
import { MAX_BACKLOG } from './backlog.ts'
import type { Directory } from './directory.ts'
import { messageFrame, sendFrame } from './message-frame.ts'
import type { RelaySocket } from './relay-socket.ts'

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
  const receivers = here.filter((socket) => socket !== sender)
  if (receivers.length === 0 && elsewhere.length === 0)
    return { ok: false, code: 'unreachable', problem: 'nobody of that name is connected' }

  let delivered = false
  const frame = messageFrame(message, sender.data.self)
  for (const socket of receivers) {
    if (socket.data.backlog.packets >= MAX_BACKLOG) continue
    sendFrame(socket, frame)
    delivered = true
  }
  for (const party of elsewhere) {
    if (!party.keepsUp) continue
    directory.send(party, frame)
    delivered = true
  }
  if (delivered) return { ok: true }
  return { ok: false, code: 'too-many-messages', problem: 'the addressee does not keep up' }
}
