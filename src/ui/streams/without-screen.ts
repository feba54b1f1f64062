import { isOpen, type CallState, type MediaRequest } from 'rxcall'
import { distinctUntilChanged, scan, type Observable } from 'rxjs'

/** What this side sends as its picture when it shares no screen: what comes back when it stops sharing. */
export function withoutScreen(state$: Observable<CallState>): Observable<MediaRequest['video']> {
  return state$.pipe(
    scan<CallState, MediaRequest['video']>((before, state) => {
      if (!isOpen(state) || state.phase === 'ringing') return false
      return state.media.video === 'screen' ? before : state.media.video
    }, false),
    distinctUntilChanged(),
  )
}
