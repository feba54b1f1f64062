import type { Party } from '../../src/core/protocol/index.ts'
import type { MessageFrame } from '../message-frame.ts'

/** A message, and whom it is for. */
export type Parcel = readonly [to: Party, frame: MessageFrame]

/** Sends messages to other nodes: those to one node together, as each publication costs more than the message in it. */
export interface Parcels {
  send(node: string, to: Party, frame: MessageFrame): void
}

/** How long messages for other nodes are gathered, in milliseconds; those after a rest go out at once. */
const GATHER_MS = 10

/** Length of a party's id. */
const ID = 32

export function createParcels(publish: (node: string, text: string) => void): Parcels {
  const waiting = new Map<string, string>()
  let flushedAt = -Infinity
  const flush = () => {
    flushedAt = performance.now()
    for (const [node, text] of waiting) publish(node, text)
    waiting.clear()
  }

  return {
    send(node, { user, party }, frame) {
      if (waiting.size === 0) {
        const wait = flushedAt + GATHER_MS - performance.now()
        if (wait > 0) setTimeout(flush, wait)
        else setImmediate(flush)
      }
      // Neither a name nor JSON has a line break in it.
      waiting.set(node, `${waiting.get(node) ?? ''}${party}${user}\n${frame}\n`)
    },
  }
}

/** What a node of this project published. Redis is private to them, so that the messages need not be read again. */
export function readParcels(text: string): readonly Parcel[] {
  const lines = text.split('\n')
  return Array.from({ length: (lines.length - 1) / 2 }, (_, i) => {
    const to = lines[2 * i] ?? ''
    return [{ user: to.slice(ID), party: to.slice(0, ID) }, (lines[2 * i + 1] ?? '') as MessageFrame] as const
  })
}
