import { combineLatest, distinctUntilChanged, map, merge, scan, startWith, type Observable } from 'rxjs'
import type { MediaStatus } from '../../protocol/index.ts'

export interface HoldSources {
  /** What this side has captured; replays the latest. */
  readonly stream$: Observable<MediaStream | null>
  /** What each side says of what it sends, at each change. */
  readonly local$: Observable<MediaStatus>
  readonly remote$: Observable<MediaStatus>
}

/**
 * Emits what this side sends: the stream of `stream$`, or `null` while either side has the call on hold. Disabling the tracks would not
 * do, because a disabled track still sends black frames and silence.
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
