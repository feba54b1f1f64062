import { concatMap, map, merge, take, type Observable } from 'rxjs'
import { ofType } from '../operators.ts'
import type { MediaRequest } from '../ports/index.ts'
import type { CallSettings } from '../settings.ts'
import { send, type CallMessage, type StageOutput } from './stage.ts'

export interface InviteSources {
  /** Emits when the caller's media is there: nobody's phone rings for someone who is then refused a camera. */
  readonly stream$: Observable<unknown>
  readonly message$: Observable<CallMessage>
  readonly media: MediaRequest
  readonly settings: Pick<CallSettings, 'ringMs'>
}

/**
 * The caller's way to an answer. Sends `invite` as soon as there is media, reports when a device of the callee rings,
 * and gives the call to the first party that accepts (`select`). Refusals, time and giving up are for `teardown`.
 */
export function invite({ stream$, message$, media, settings }: InviteSources): Observable<StageOutput> {
  return merge(
    stream$.pipe(
      take(1),
      concatMap((): StageOutput[] => [
        { type: 'invited' },
        send('invite', { media }, { ttlMs: settings.ringMs }),
      ]),
    ),
    message$.pipe(
      ofType('ringing'),
      map((): StageOutput => ({ type: 'alerted' })),
    ),
    message$.pipe(
      ofType('accept'),
      take(1),
      concatMap(({ from }): StageOutput[] => [
        { type: 'answered', remote: from },
        send('select', {}, { to: from }),
      ]),
    ),
  )
}
