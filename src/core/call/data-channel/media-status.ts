import { concatMap, map, merge, scan, type Observable } from 'rxjs'
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
  /** Emits when a peer connection is opened, whose data channel is not open yet. */
  readonly opened$: Observable<unknown>
}

/**
 * Reports to the other side over the data channel what this side sends. Does so when a channel opens, also a new peer
 * connection's, and at each change. Repeats this after the other side's first message, because only then is it known
 * to listen. Emits `remote-media` for each change that the other side reports; the latest counts.
 *
 * @example
 * const status$ = of<MediaStatus>({ audio: 'on', video: 'off', held: false })
 * mediaStatus({ status$, peer$, opened$ }) // emits a command with the text, once the data channel is open
 */
export function mediaStatus({ status$, peer$, opened$ }: MediaStatusSources): Observable<StageOutput> {
  return merge(
    opened$.pipe(map((): Input => ({ type: 'opened' }))),
    peer$.pipe(ofType('data-open')),
    receivedDataMessages(peer$).pipe(
      concatMap((message): Input[] => (message.ok && message.value.type === 'media' ? [message.value] : [])),
    ),
    status$.pipe(map((status): Input => ({ type: 'status', status }))),
  ).pipe(
    scan(exchange, silent),
    concatMap(({ outputs }) => outputs),
  )
}

type Input =
  | { readonly type: 'opened' }
  | { readonly type: 'data-open' }
  | ({ readonly type: 'media' } & MediaStatus)
  | { readonly type: 'status'; readonly status: MediaStatus }

/** What the sides have sent each other. */
interface Exchange {
  readonly isOpen: boolean
  /** The other side has sent something over this channel. */
  readonly isHeard: boolean
  readonly local: MediaStatus | undefined
  readonly remote: MediaStatus | undefined
  readonly outputs: readonly StageOutput[]
}

const silent: Exchange = { isOpen: false, isHeard: false, local: undefined, remote: undefined, outputs: [] }

function exchange(before: Exchange, input: Input): Exchange {
  switch (input.type) {
    case 'opened':
      return { ...before, isOpen: false, outputs: [] }
    case 'data-open':
      return { ...before, isOpen: true, isHeard: false, outputs: tell(before.local) }
    case 'status':
      return { ...before, local: input.status, outputs: before.isOpen ? tell(input.status) : [] }
    case 'media': {
      const { audio, video, held } = input
      const media = { audio, video, held }
      const isNew = before.remote === undefined || !isSameStatus(before.remote, media)
      return {
        ...before,
        isHeard: before.isOpen,
        remote: media,
        outputs: [
          ...(isNew ? [{ type: 'remote-media', media } as const] : []),
          ...(before.isOpen && !before.isHeard ? tell(before.local) : []),
        ],
      }
    }
  }
}

const tell = (status: MediaStatus | undefined): StageOutput[] =>
  status ? [command({ type: 'send', data: encodeMediaStatus(status) })] : []
