import { EMPTY, catchError, map, take, type Observable } from 'rxjs'
import type { PeerEvent } from '../../core/ports/index.ts'
import { promiseResource } from '../promise-resource.ts'
import { connectionStats } from './connection-stats.ts'

/**
 * Answers the command `get-stats`. On subscribing, requests the statistics of `connection`, emits one `stats` event and
 * completes. If there are no statistics, completes without an event. Unsubscribing ignores the statistics.
 */
export function reportedStats(connection: RTCPeerConnection): Observable<PeerEvent> {
  return promiseResource(
    () => connection.getStats(),
    () => undefined,
  ).pipe(
    take(1),
    map((report) => ({ type: 'stats', stats: connectionStats(report) }) as const),
    catchError(() => EMPTY),
  )
}
