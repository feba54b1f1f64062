import { filter, map, type Observable } from 'rxjs'
import { ofType } from '../../rx/operators.ts'
import type { PeerEvent } from '../../ports/index.ts'
import { DataMessage, dataMessageTypes, limits, parse, type Parsed } from '../../protocol/index.ts'

/**
 * Checks what arrives over the data channel. Checks the size first, so that a flood of the largest messages costs no
 * parsing. Drops messages of an unknown type: see {@link isOfUnknownType}.
 */
export function receivedDataMessages(peer$: Observable<PeerEvent>): Observable<Parsed<DataMessage>> {
  return peer$.pipe(
    ofType('data'),
    map(({ data }) => fromJson(data)),
    filter((message) => !hasUnknownType(message)),
    map((message) => parse(DataMessage, message)),
  )
}

/**
 * Whether `data` is a message of a type that this version does not know. Such a message is not an error, because a later
 * version may send it.
 */
export const isOfUnknownType = (data: unknown): boolean => hasUnknownType(fromJson(data))

function hasUnknownType(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false
  return typeof message.type === 'string' && !dataMessageTypes.includes(message.type)
}

function fromJson(data: unknown): unknown {
  try {
    return typeof data === 'string' && data.length <= limits.data ? JSON.parse(data) : undefined
  } catch {
    return undefined
  }
}
