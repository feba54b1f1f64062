import { IncomingMessage, parse, type OutgoingMessage, type Party } from '../../src/core/protocol/index.ts'
import type { RelaySocket } from '../relay-socket.ts'

/**
 * The packet in which Socket.IO sends a message to a client (Socket.IO protocol 5, EVENT of the main namespace). It is serialized once
 * for all addressees on all nodes, because serializing costs more than sending.
 */
export type MessageFrame = string & { readonly frame: unique symbol }

/** The frame of a checked message, stamped with its sender. */
export const messageFrame = (message: OutgoingMessage, from: Party): MessageFrame =>
  `2["message",{"from":${JSON.stringify(from)},"ageMs":0,${JSON.stringify(message).slice(1)}]` as MessageFrame

/** The message in a frame; undefined if there is none. */
export function readFrame(frame: MessageFrame): IncomingMessage | undefined {
  try {
    const event: unknown = JSON.parse(frame.slice(1))
    const message = parse(IncomingMessage, Array.isArray(event) ? event[1] : undefined)
    return message.ok ? message.value : undefined
  } catch {
    return undefined
  }
}

/** Sends a frame to a client, in order with everything else that it is sent. */
export function sendFrame(socket: RelaySocket, frame: MessageFrame): void {
  if (socket.connected) socket.conn.write(frame)
}
