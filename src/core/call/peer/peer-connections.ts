import { concatMap, distinctUntilChanged, map, scan, startWith, type Observable } from 'rxjs'
import { ofType } from '../../rx/operators.ts'
import { reconcile } from '../../rx/reconcile.ts'
import type { Env, PeerPort } from '../../ports/index.ts'
import { peerConnection, type PeerConnectionSources } from './peer-connection.ts'
import type { OutputOfPeer } from '../outputs.ts'
import { isForSameParty, peerIdOf, type PeerId } from '../peer-id.ts'

export type PeerConnectionsSources = Omit<PeerConnectionSources, 'peer' | 'first'>

/** A peer connection that is to be open, and the message that it is opened for, if there is one. */
type Opening = Pick<PeerConnectionSources, 'peer' | 'first'>

/**
 * The peer connections of a call. The first one has epoch 0 and is for whichever party has the call. One of a higher
 * epoch replaces the one for the same party. The offerer opens it at the command `replace`; the answerer does when an
 * offer of that epoch arrives. The old one is closed first. Signals of another epoch are dropped.
 *
 * @example
 * peerConnections(sources, nativePeer(), env).subscribe() // emits `peer-opened` with epoch 0
 */
export function peerConnections(
  sources: PeerConnectionsSources,
  port: PeerPort,
  env: Env,
): Observable<OutputOfPeer> {
  const { event$, message$, role } = sources
  const next$: Observable<Opening> =
    role === 'offerer'
      ? event$.pipe(
          ofType('command'),
          concatMap((event) =>
            event.command.type === 'replace'
              ? [{ peer: { ...peerIdOf(event), epoch: event.epoch + 1 }, first: undefined }]
              : [],
          ),
        )
      : message$.pipe(
          ofType('offer'),
          map((first) => ({ peer: { epoch: first.epoch ?? 0 }, first })),
        )
  const beginning: readonly Opening[] = [{ peer: { epoch: 0 }, first: undefined }]
  return next$.pipe(
    scan(replace, beginning),
    startWith(beginning),
    distinctUntilChanged(),
    reconcile(
      ({ peer }) => keyOf(peer),
      (opening) => peerConnection({ ...sources, ...opening }, port, env),
    ),
  )
}

/** Two reasons for a new connection at the same moment, or a repeated offer, open only one. */
function replace(open: readonly Opening[], next: Opening): readonly Opening[] {
  const isOld = open.some(({ peer }) => isForSameParty(peer, next.peer) && peer.epoch >= next.peer.epoch)
  return isOld ? open : [...open.filter(({ peer }) => !isForSameParty(peer, next.peer)), next]
}

const keyOf = ({ party, epoch }: PeerId): string => `${epoch} ${party?.party ?? ''}`
