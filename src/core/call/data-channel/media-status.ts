import {
  combineLatest,
  concatMap,
  distinctUntilChanged,
  filter,
  map,
  merge,
  of,
  share,
  switchMap,
  take,
  type Observable,
} from 'rxjs'
import { ofType } from '../../rx/operators.ts'
import type { PeerEvent } from '../../ports/index.ts'
import type { MediaStatus } from '../../protocol/index.ts'
import { receivedDataMessages } from './messages.ts'
import { command, type StageOutput } from '../outputs.ts'
import { encodeMediaStatus, isSameStatus } from '../sent-media.ts'

export interface MediaStatusSources {
  /** What this side sends, at each change. */
  readonly status$: Observable<MediaStatus>
  readonly peer$: Observable<PeerEvent>
  /** Emits when a peer connection is opened: its data channel has to be awaited. */
  readonly opened$: Observable<unknown>
}

/**
 * What each side sends, told over the data channel: this side tells it as soon as a channel is open, that of a new peer connection
 * too, at each change, and once more when the other side has first said something over the channel: only then is it known to
 * listen. Emits `remote-media` for each change that the other side tells; the latest counts.
 */
export function mediaStatus({ status$, peer$, opened$ }: MediaStatusSources): Observable<StageOutput> {
  const isOpen$ = merge(
    opened$.pipe(map(() => false)),
    peer$.pipe(
      ofType('data-open'),
      map(() => true),
    ),
  )
  const told$ = receivedDataMessages(peer$).pipe(
    concatMap((message) => (message.ok && message.value.type === 'media' ? [message.value] : [])),
    share(),
  )
  const isHeard$ = isOpen$.pipe(
    switchMap((isOpen) =>
      isOpen
        ? merge(
            of(true),
            told$.pipe(
              take(1),
              map(() => true),
            ),
          )
        : of(false),
    ),
  )
  return merge(
    combineLatest([isHeard$, status$]).pipe(
      filter(([isOpen]) => isOpen),
      map(([, status]) => command({ type: 'send', data: encodeMediaStatus(status) })),
    ),
    told$.pipe(
      distinctUntilChanged(isSameStatus),
      map(({ audio, video, held }): StageOutput => ({ type: 'remote-media', media: { audio, video, held } })),
    ),
  )
}
