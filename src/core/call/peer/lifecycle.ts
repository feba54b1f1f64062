import {
  catchError,
  concat,
  defer,
  map,
  merge,
  of,
  switchMap,
  take,
  withLatestFrom,
  type Observable,
} from 'rxjs'
import { CallError } from '../../errors.ts'
import type { MediaRequest, PeerCommand, PeerOptions, PeerPort } from '../../ports/index.ts'
import { sentKinds } from '../media-request.ts'
import type { StageOutput } from '../outputs.ts'

export interface PeerLifecycleSources {
  /** Emits what this side is about to send once the connection may be opened; only the first value counts. */
  readonly media$: Observable<MediaRequest>
  /** What this side sends; replays the latest. `replaceTracks` handles what it emits after the opening. */
  readonly stream$: Observable<MediaStream | null>
  readonly command$: Observable<PeerCommand>
  readonly role: PeerOptions['role']
}

/**
 * Owns one RTCPeerConnection, or whatever the port opens. Unsubscribing closes it. Emits
 * - `peer-opened` as soon as it accepts commands;
 * - `peer` for each of its events;
 * - `error` for an error that does not end it;
 * - `peer-closed` when it is gone, with the error if it broke.
 *
 * It does not wait for camera and microphone: what will be sent is negotiated at once, and the tracks follow.
 *
 * @example
 * const media$ = of({ audio: true, video: true })
 * peerLifecycle({ media$, stream$: of(camera), command$, role: 'offerer' }, nativePeer()).subscribe(react)
 */
export function peerLifecycle(
  { media$, stream$, command$, role }: PeerLifecycleSources,
  port: PeerPort,
): Observable<StageOutput> {
  const connection = (options: PeerOptions): Observable<StageOutput> => {
    const peer$ = defer(() => port.open(options, command$)).pipe(
      map((event): StageOutput => (event.type === 'error' ? event : { type: 'peer', event })),
    )
    // Buffered signals arrive the moment the connection is announced, so it has to be subscribed by then.
    const announced$ = merge(peer$, of<StageOutput>({ type: 'peer-opened', role }))
    return concat(announced$, of<StageOutput>({ type: 'peer-closed' })).pipe(
      catchError((thrown: unknown) => of(broken(thrown))),
    )
  }
  return media$.pipe(
    take(1),
    withLatestFrom(stream$),
    switchMap(([media, stream]) => connection({ role, stream, sends: sentKinds(media) })),
  )
}

function broken(thrown: unknown): StageOutput {
  return {
    type: 'peer-closed',
    error: CallError.from(thrown, 'connection-failed', 'the peer connection broke'),
  }
}
