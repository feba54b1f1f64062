import { combineLatest, distinctUntilChanged, map, merge, scan, startWith, type Observable } from 'rxjs'
import type { MediaStatus } from '../protocol/index.ts'

export interface HoldSources {
  /** What this side has captured; replays the latest. */
  readonly stream$: Observable<MediaStream | null>
  /** What each side says of what it sends, at each change. */
  readonly local$: Observable<MediaStatus>
  readonly remote$: Observable<MediaStatus>
}

/**
 * What this side sends: `stream$`, and `null` for as long as either side has the call on hold. A track that is only disabled goes on
 * sending black and silence.
 */
export function unlessHeld({ stream$, local$, remote$ }: HoldSources): Observable<MediaStream | null> {
  const isHeld$ = merge(
    local$.pipe(map(({ held }) => ({ local: held }))),
    remote$.pipe(map(({ held }) => ({ remote: held }))),
  ).pipe(
    scan((held, change) => ({ ...held, ...change }), { local: false, remote: false }),
    map(({ local, remote }) => local || remote),
    startWith(false),
    distinctUntilChanged(),
  )
  return combineLatest([stream$, isHeld$]).pipe(
    map(([stream, isHeld]) => (isHeld ? null : stream)),
    distinctUntilChanged(),
  )
}
