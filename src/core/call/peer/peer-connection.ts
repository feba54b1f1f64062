import { concatMap, filter, map, merge, startWith, type Observable } from 'rxjs'
import type { CallEvent } from '../../events.ts'
import { shareByType } from '../../rx/event-bus.ts'
import { ofType } from '../../rx/operators.ts'
import type { Env, MediaRequest, PeerOptions, PeerPort } from '../../ports/index.ts'
import type { CallSettings } from '../../settings.ts'
import { answer } from './answer.ts'
import { trickleIce } from './trickle-ice.ts'
import { peerLifecycle } from './lifecycle.ts'
import { offer } from './offer.ts'
import { ofPeerConnection, type CallMessage, type OutputInEpoch } from '../outputs.ts'
import { replaceTracks } from './replace-tracks.ts'

export interface PeerConnectionSources {
  readonly event$: Observable<CallEvent>
  readonly message$: Observable<CallMessage>
  /** What this side is about to send, from when a connection may be opened; replays the latest. */
  readonly media$: Observable<MediaRequest>
  /** What this side has captured, `null` at first; replays the latest. */
  readonly stream$: Observable<MediaStream | null>
  readonly role: PeerOptions['role']
  /** Counts the peer connections of one call. */
  readonly epoch: number
  /** The message that began this epoch, if one did. */
  readonly first: CallMessage | undefined
  readonly settings: CallSettings
}

/**
 * The stages of one peer connection of a call: they see the events, commands and messages of its epoch alone, and what
 * they say is of that epoch. Unsubscribing closes the connection, and forgets what was held back for it.
 */
export function peerConnection(
  { event$, message$, media$, stream$, role, epoch, first, settings }: PeerConnectionSources,
  port: PeerPort,
  env: Env,
): Observable<OutputInEpoch> {
  const isOfEpoch = (each: { readonly epoch?: number }) => (each.epoch ?? 0) === epoch
  const own$ = message$.pipe(filter((each) => isOfEpoch(each)))
  const ownMessage$ = first ? own$.pipe(startWith(first)) : shareByType(own$)
  const peer$ = shareByType(
    event$.pipe(
      ofType('peer'),
      concatMap((each) => (isOfEpoch(each) ? [each.event] : [])),
    ),
  )
  const command$ = event$.pipe(
    ofType('command'),
    filter((each) => isOfEpoch(each)),
    concatMap(({ command }) => (command.type === 'replace' ? [] : [command])),
  )
  const opened$ = event$.pipe(
    ofType('peer-opened'),
    filter((each) => isOfEpoch(each)),
  )
  return merge(
    offer({ peer$, message$: ownMessage$ }),
    answer({ peer$, message$: ownMessage$, opened$ }),
    trickleIce({ peer$, message$: ownMessage$, opened$, settings }, env),
    peerLifecycle({ media$, stream$, command$, role }, port),
    replaceTracks({ stream$ }),
  ).pipe(map((output) => ofPeerConnection(output, epoch)))
}
