import { isOpen, type CallState, type MediaRequest } from 'rxcall'
import { filter, map, scan, type Observable } from 'rxjs'

type Picture = MediaRequest['video']

interface Pictures {
  readonly now: Picture
  /** What was sent before the screen. */
  readonly behind: Picture
  readonly ended: boolean
}

const none: Pictures = { now: false, behind: false, ended: false }

/**
 * Emits what was sent before the screen (`false` for nothing) each time this side stops sharing it, in the page or in the browser's own
 * bar. After the latter the core is bringing it back already. Emits nothing at the end of a call.
 */
export function sharingEnded(state$: Observable<CallState>): Observable<Picture> {
  return state$.pipe(
    scan(next, none),
    filter(({ ended }) => ended),
    map(({ behind }) => behind),
  )
}

function next(before: Pictures, state: CallState): Pictures {
  if (!isOpen(state) || state.phase === 'ringing') return none
  const { video: now } = state.media
  const behind = before.now === 'screen' ? before.behind : before.now
  return { now, behind, ended: before.now === 'screen' && now !== 'screen' }
}
