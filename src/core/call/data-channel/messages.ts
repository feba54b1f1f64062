import { map, type Observable } from 'rxjs'
import { ofType } from '../../rx/operators.ts'
import type { PeerEvent } from '../../ports/index.ts'
import { DataMessage, limits, parse, type Parsed } from '../../protocol/index.ts'

/** What comes over the data channel, checked. The size first, so that a flood of the largest messages costs no parsing. */
export function receivedDataMessages(peer$: Observable<PeerEvent>): Observable<Parsed<DataMessage>> {
  return peer$.pipe(
    ofType('data'),
    map(({ data }) => parse(DataMessage, fromJson(data))),
  )
}

function fromJson(data: unknown): unknown {
  try {
    return typeof data === 'string' && data.length <= limits.data ? JSON.parse(data) : undefined
  } catch {
    return undefined
  }
}
