import { map, type Observable } from 'rxjs'
import { ofType } from '../operators.ts'
import type { PeerEvent } from '../ports/index.ts'
import { DataMessage, parse, type Parsed } from '../protocol/index.ts'

/** What comes over the data channel, checked. */
export function dataMessages(peer$: Observable<PeerEvent>): Observable<Parsed<DataMessage>> {
  return peer$.pipe(
    ofType('data'),
    map(({ data }) => parse(DataMessage, fromJson(data))),
  )
}

function fromJson(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined
  } catch {
    return undefined
  }
}
