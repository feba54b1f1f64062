import { isOpen, type CallState, type MediaRequest } from 'rxcall'
import { filter, map, scan, type Observable } from 'rxjs'

type Picture = MediaRequest['video']

interface Pictures {
  readonly now: Picture
  /** What was sent before the screen was shared. */
  readonly behind: Picture
  readonly ended: boolean
}

const none: Pictures = { now: false, behind: false, ended: false }

/**
 * Each time this side stops sharing its screen, emits what it sent before; `false` for nothing. The user stops sharing
 * in the page or in the browser's own bar. In the second case, the core already restores the previous picture. Emits
 * nothing at the end of a call.
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
