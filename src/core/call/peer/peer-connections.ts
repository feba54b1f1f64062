import { distinctUntilChanged, filter, map, scan, startWith, switchMap, type Observable } from 'rxjs'
import { ofType } from '../../rx/operators.ts'
import type { Env, PeerPort } from '../../ports/index.ts'
import { peerConnection, type PeerConnectionSources } from './peer-connection.ts'
import type { CallMessage, OutputInEpoch } from '../outputs.ts'

export type PeerConnectionsSources = Omit<PeerConnectionSources, 'epoch' | 'first'>

/**
 * The peer connections of a call, one after the other: the first one has epoch 0. The side that makes the offers replaces
 * its own at the command `replace`; the other side does as soon as an offer of a higher epoch comes. Signals of another
 * epoch are dropped.
 */
export function peerConnections(
  sources: PeerConnectionsSources,
  port: PeerPort,
  env: Env,
): Observable<OutputInEpoch> {
  const { event$, message$, role } = sources
  const next$: Observable<{ readonly epoch: number; readonly first: CallMessage | undefined }> =
    role === 'offerer'
      ? event$.pipe(
          ofType('command'),
          filter(({ command }) => command.type === 'replace'),
          map(({ epoch }) => ({ epoch: epoch + 1, first: undefined })),
        )
      : message$.pipe(
          ofType('offer'),
          map((first) => ({ epoch: first.epoch ?? 0, first })),
        )
  return next$.pipe(
    // Two reasons for a new one in the same moment, or an offer that comes again, are for one and the same.
    scan((newest, next) => (next.epoch > newest.epoch ? next : newest)),
    filter(({ epoch }) => epoch > 0),
    distinctUntilChanged(),
    startWith({ epoch: 0, first: undefined }),
    switchMap((opening) => peerConnection({ ...sources, ...opening }, port, env)),
  )
}
