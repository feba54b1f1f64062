import type { Party } from '../../src/core/protocol/index.ts'
import type { MessageFrame } from '../messages/message-frame.ts'

/** A message for a party on another node. */
export interface ForwardedMessage {
  readonly to: Party
  readonly frame: MessageFrame
  /** Whether it makes a call progress. The node that summarizes the call has to note it. */
  readonly isProgress: boolean
}

/** Sends messages to other nodes. It batches those to one node, because a publication costs more than the message in it. */
export interface Forwarder {
  send(node: string, message: ForwardedMessage): void
}

/** Milliseconds for which messages are gathered. The first ones after a pause are sent at once. */
const BATCH_MS = 10

/** The first character of a forwarded message. It tells whether the frame is progress, without parsing it. */
const [PROGRESS, OTHER] = ['+', '-']
/** The end of the party's id, which has 32 digits. */
const ID_END = PROGRESS.length + 32

export function createForwarder(publish: (node: string, text: string) => void): Forwarder {
  const waiting = new Map<string, string>()
  let flushedAt = -Infinity
  const flush = () => {
    flushedAt = performance.now()
    for (const [node, text] of waiting) publish(node, text)
    waiting.clear()
  }

  return {
    send(node, { to: { user, party }, frame, isProgress }) {
      if (waiting.size === 0) {
        const wait = flushedAt + BATCH_MS - performance.now()
        if (wait > 0) setTimeout(flush, wait)
        else setImmediate(flush)
      }
      // Neither a name nor JSON contains a line break.
      waiting.set(
        node,
        `${waiting.get(node) ?? ''}${isProgress ? PROGRESS : OTHER}${party}${user}\n${frame}\n`,
      )
    },
  }
}

/** Reads what another node published. Only nodes can write to Redis, so the messages are not checked again. */
export function readForwarded(text: string): readonly ForwardedMessage[] {
  const lines = text.split('\n')
  return Array.from({ length: (lines.length - 1) / 2 }, (_, i) => {
    const head = lines[2 * i] ?? ''
    return {
      to: { user: head.slice(ID_END), party: head.slice(PROGRESS.length, ID_END) },
      frame: (lines[2 * i + 1] ?? '') as MessageFrame,
      isProgress: head.startsWith(PROGRESS),
    }
  })
}
