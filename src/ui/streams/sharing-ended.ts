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
 * Emits what was sent before the screen each time that this side stops sharing it; `false` for nothing. The user stops
 * sharing in the page or in the browser's own bar. After the latter, the core already restores it. Emits nothing at the
 * end of a call.
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
