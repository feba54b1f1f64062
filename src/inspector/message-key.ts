import { isRecord } from './labels.ts'

/**
 * Returns a text that is the same for a message at its sender and at its receiver. Leaves out the body, because each
 * recording replaces its addresses. Only acknowledgements differ in nothing else. Undefined if its sender is unknown.
 */
export function keyOfMessage(message: unknown): string | undefined {
  if (!isRecord(message)) return undefined
  const { type, callId, from, to, seq, epoch, body } = message
  if (typeof type !== 'string' || !isRecord(from) || !isRecord(to)) return undefined
  if (typeof from.user !== 'string' || typeof from.party !== 'string') return undefined
  const about = isRecord(body) ? [body.seq, body.lastSeq] : []
  return JSON.stringify([type, callId, from.user, from.party, to.user, to.party, seq, epoch, ...about])
}
