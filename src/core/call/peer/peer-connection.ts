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
import { ofPeerConnection, type CallMessage, type OutputOfPeer } from '../outputs.ts'
import { isSignalOf, samePeer, type PeerId } from '../peer-id.ts'
import { replaceTracks } from './replace-tracks.ts'

export interface PeerConnectionSources {
  readonly event$: Observable<CallEvent>
  readonly message$: Observable<CallMessage>
  /** What this side is about to send, once a connection may be opened; replays the latest. */
  readonly media$: Observable<MediaRequest>
  /** What this side has captured, `null` at first; replays the latest. */
  readonly stream$: Observable<MediaStream | null>
  readonly role: PeerOptions['role']
  /** Which of the call's peer connections it is. */
  readonly peer: PeerId
  /** The message that this connection is opened for, if there is one. */
  readonly first: CallMessage | undefined
  readonly settings: CallSettings
}

/**
 * The stages of one peer connection of a call. They see only its own events, commands and messages, and what they emit
 * names it. Unsubscribing closes the connection and drops what was buffered for it.
 */
export function peerConnection(
  { event$, message$, media$, stream$, role, peer, first, settings }: PeerConnectionSources,
  port: PeerPort,
  env: Env,
): Observable<OutputOfPeer> {
  const own$ = message$.pipe(filter((message) => isSignalOf(peer, message)))
  const ownMessage$ = first ? own$.pipe(startWith(first)) : shareByType(own$)
  const peer$ = shareByType(
    event$.pipe(
      ofType('peer'),
      concatMap((each) => (samePeer(peer, each) ? [each.event] : [])),
    ),
  )
  const command$ = event$.pipe(
    ofType('command'),
    filter((each) => samePeer(peer, each)),
    concatMap(({ command }) => (command.type === 'replace' ? [] : [command])),
  )
  const opened$ = event$.pipe(
    ofType('peer-opened'),
    filter((each) => samePeer(peer, each)),
  )
  return merge(
    offer({ peer$, message$: ownMessage$ }),
    answer({ peer$, message$: ownMessage$, opened$ }),
    trickleIce({ peer$, message$: ownMessage$, opened$, settings }, env),
    peerLifecycle({ media$, stream$, command$, role }, port),
    replaceTracks({ stream$ }),
  ).pipe(map((output) => ofPeerConnection(output, peer)))
}
