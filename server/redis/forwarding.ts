import type { Party } from '../../src/core/protocol/index.ts'
import type { MessageFrame } from '../messages/message-frame.ts'

/** A message, and whom it is for. */
export interface Parcel {
  readonly to: Party
  readonly frame: MessageFrame
  /** Whether it is a step of a call, which the node has to note that sums the call up. */
  readonly step: boolean
}

/** Sends messages to other nodes: those to one node together, as each publication costs more than the message in it. */
export interface Parcels {
  send(node: string, parcel: Parcel): void
}

/** How long messages for other nodes are gathered, in milliseconds; those after a rest go out at once. */
const GATHER_MS = 10

/** What a parcel begins with: so nobody has to read a frame to know whether it is a step of a call. */
const [STEP, OTHER] = ['+', '-']
/** Where the id of the party ends, which has 32 digits. */
const ID_END = STEP.length + 32

export function createParcels(publish: (node: string, text: string) => void): Parcels {
  const waiting = new Map<string, string>()
  let flushedAt = -Infinity
  const flush = () => {
    flushedAt = performance.now()
    for (const [node, text] of waiting) publish(node, text)
    waiting.clear()
  }

  return {
    send(node, { to: { user, party }, frame, step }) {
      if (waiting.size === 0) {
        const wait = flushedAt + GATHER_MS - performance.now()
        if (wait > 0) setTimeout(flush, wait)
        else setImmediate(flush)
      }
      // Neither a name nor JSON has a line break in it.
      waiting.set(node, `${waiting.get(node) ?? ''}${step ? STEP : OTHER}${party}${user}\n${frame}\n`)
    },
  }
}

/** What a node of this project published. Redis is private to them, so that the messages need not be read again. */
export function readParcels(text: string): readonly Parcel[] {
  const lines = text.split('\n')
  return Array.from({ length: (lines.length - 1) / 2 }, (_, i) => {
    const head = lines[2 * i] ?? ''
    return {
      to: { user: head.slice(ID_END), party: head.slice(STEP.length, ID_END) },
      frame: (lines[2 * i + 1] ?? '') as MessageFrame,
      step: head.startsWith(STEP),
    }
  })
}
