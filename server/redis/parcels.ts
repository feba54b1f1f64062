import type { IncomingMessage, Party } from '../../src/core/protocol/index.ts'

/** A checked and stamped message, and whom it is for. */
export type Parcel = readonly [to: Party, message: IncomingMessage]

/** Sends messages to other nodes: those to one node together, as each publication costs more than the message in it. */
export interface Parcels {
  send(node: string, to: Party, message: IncomingMessage): void
}

/** How long messages for a node are gathered, in milliseconds. */
const GATHER_MS = 3

export function createParcels(publish: (node: string, text: string) => void): Parcels {
  const waiting = new Map<string, Parcel[]>()
  const flush = () => {
    for (const [node, parcels] of waiting) publish(node, JSON.stringify(parcels))
    waiting.clear()
  }

  return {
    send(node, { user, party }, message) {
      if (waiting.size === 0) setTimeout(flush, GATHER_MS)
      const parcels = waiting.get(node)
      if (parcels) parcels.push([{ user, party }, message])
      else waiting.set(node, [[{ user, party }, message]])
    },
  }
}

/** What a node of this project published. Redis is private to them, so that the messages need not be checked again. */
export const readParcels = (text: string): readonly Parcel[] => JSON.parse(text) as Parcel[]
