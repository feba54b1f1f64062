import { catchError, concat, defer, map, merge, of, switchMap, take, type Observable } from 'rxjs'
import { CallError } from '../errors.ts'
import type { PeerCommand, PeerOptions, PeerPort } from '../ports/index.ts'
import type { StageOutput } from './stage.ts'

export interface LinkSources {
  /** Emits when the local media is there; what it emits later is for `tracks`. */
  readonly stream$: Observable<MediaStream | null>
  readonly command$: Observable<PeerCommand>
  readonly role: PeerOptions['role']
}

/**
 * Owns the peer connection of a call: `opened` as soon as it takes commands, `peer` for each of its events, `error` for each error
 * that does not end it, and `unlinked` when it is gone, with the error if it broke. Unsubscribing closes it.
 */
export function link({ stream$, command$, role }: LinkSources, port: PeerPort): Observable<StageOutput> {
  const connection = (stream: MediaStream | null): Observable<StageOutput> => {
    const peer$ = defer(() => port.open({ role, stream }, command$)).pipe(
      map((event): StageOutput => (event.type === 'error' ? event : { type: 'peer', event })),
    )
    // What was held back for the connection comes the moment it is announced, so it has to be subscribed by then.
    const announced$ = merge(peer$, of<StageOutput>({ type: 'opened', role }))
    return concat(announced$, of<StageOutput>({ type: 'unlinked' })).pipe(
      catchError((thrown: unknown) => of(broken(thrown))),
    )
  }
  return stream$.pipe(take(1), switchMap(connection))
}

function broken(thrown: unknown): StageOutput {
  return { type: 'unlinked', error: CallError.from(thrown, 'connection-failed', 'the peer connection broke') }
}
