import { filter, map, merge, type Observable } from 'rxjs'
import { ofType } from '../../rx/operators.ts'
import type { PeerEvent } from '../../ports/index.ts'
import { command, send, type CallMessage, type StageOutput } from '../outputs.ts'

export interface OfferSources {
  readonly peer$: Observable<PeerEvent>
  readonly message$: Observable<CallMessage>
}

/**
 * Sends each offer that the peer connection makes, the first one while the call still rings. Applies the answer to
 * each. Asks for a new offer when the other side sends `renegotiate`.
 *
 * @example
 * const peer$ = hot('   -o------', { o: ourOffer })
 * const message$ = hot('----a---', { a: theirAnswer })
 * const offer$ = '      -s--c---' // sends the offer, and applies the answer
 * expectObservable(offer({ peer$, message$ }).pipe(map(({ type }) => type[0]))).toBe(offer$)
 */
export function offer({ peer$, message$ }: OfferSources): Observable<StageOutput> {
  return merge(
    peer$.pipe(
      ofType('description'),
      filter(({ description }) => description.type === 'offer'),
      map(({ description }) => send('offer', { sdp: description.sdp })),
    ),
    message$.pipe(
      ofType('answer'),
      map(({ body }) => command({ type: 'description', description: { type: 'answer', sdp: body.sdp } })),
    ),
    message$.pipe(
      ofType('renegotiate'),
      // A request for an ICE restart or a new peer connection is for `recovery`.
      filter(({ body }) => !body.restart && !body.replace),
      map(() => command({ type: 'renegotiate' })),
    ),
  )
}
