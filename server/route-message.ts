import type { OutgoingMessage, Receipt } from '../src/core/protocol/index.ts'
import { MAX_BACKLOG } from './backlog.ts'
import type { RelaySocket } from './relay-socket.ts'
import { roomOf } from './rooms.ts'

/**
 * Delivers a checked message from `sender` to its addressee alone, stamped with who sent it. A user without a party means
 * every party of that user; the sender itself is never among them. A party that does not keep up is left out, so that it
 * does not silence the others.
 */
export function routeMessage(sender: RelaySocket, message: OutgoingMessage): Receipt {
  const room = roomOf(message.to)
  const receivers = [...(sender.nsp.adapter.rooms.get(room) ?? [])].filter((id) => id !== sender.id)
  if (receivers.length === 0)
    return { ok: false, code: 'unreachable', problem: 'nobody of that name is connected' }

  const sockets: ReadonlyMap<string, RelaySocket> = sender.nsp.sockets
  const ready = receivers.filter((id) => (sockets.get(id)?.data.backlog() ?? 0) < MAX_BACKLOG)
  if (ready.length === 0)
    return { ok: false, code: 'too-many-messages', problem: 'the addressee does not keep up' }

  // Socket.IO has every socket in a room of its own, named by its id.
  sender.to(ready).emit('message', { ...message, from: sender.data.self, ageMs: 0 })
  return { ok: true }
}
