import { combineLatest, distinctUntilChanged, map, scan, type Observable } from 'rxjs'
import type { CallClient } from 'rxcall'

/**
 * What to show of the other side: its stream, and while the call is interrupted the one of before, which keeps its last
 * frame until a new connection has more to show than black.
 */
export function remotePicture({
  remoteStream$,
  state$,
}: Pick<CallClient, 'remoteStream$' | 'state$'>): Observable<MediaStream | null> {
  return combineLatest([remoteStream$, state$.pipe(map(({ phase }) => phase === 'reconnecting'))]).pipe(
    scan(
      (shown: MediaStream | null, [stream, interrupted]) => (interrupted ? (shown ?? stream) : stream),
      null,
    ),
    distinctUntilChanged(),
  )
}
