import { EMPTY, catchError, map, take, type Observable } from 'rxjs'
import type { PeerEvent } from '../../core/ports/index.ts'
import { promiseResource } from '../promise-resource.ts'

/**
 * Measures how much has arrived over `connection`. On subscribing, requests the statistics (W3C WebRTC Statistics),
 * emits one `received` event and completes. If there are no statistics, completes without an event. Unsubscribing
 * ignores the statistics.
 *
 * Transports count every byte, but Firefox counts only per candidate pair. Pairs vanish with each ICE restart, so their
 * counts are remembered.
 */
export function receivedBytes(connection: RTCPeerConnection): Observable<PeerEvent> {
  const counted = new Map<string, number>()
  return promiseResource(
    () => connection.getStats(),
    () => undefined,
  ).pipe(
    take(1),
    map((report) => {
      const transports = countsOf(report, 'transport')
      for (const [id, bytes] of transports.length > 0 ? transports : countsOf(report, 'candidate-pair'))
        counted.set(id, bytes)
      const bytes = [...counted.values()].reduce((sum, bytes) => sum + bytes, 0)
      return { type: 'received', bytes } as const
    }),
    catchError(() => EMPTY),
  )
}

function countsOf(report: RTCStatsReport, type: string): readonly (readonly [string, number])[] {
  const counts: [string, number][] = []
  report.forEach((stats: RTCStats & { readonly bytesReceived?: number }) => {
    if (stats.type === type && stats.bytesReceived !== undefined) counts.push([stats.id, stats.bytesReceived])
  })
  return counts
}
