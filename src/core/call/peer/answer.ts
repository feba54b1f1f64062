import { filter, map, merge, type Observable } from 'rxjs'
import { holdUntil, ofType } from '../../rx/operators.ts'
import type { PeerEvent } from '../../ports/index.ts'
import { command, send, type CallMessage, type StageOutput } from '../outputs.ts'

/**
 * Offers buffered while the call rings. A caller makes one, and one more per renegotiation, which waits for its
 * answer.
 */
const MAX_OFFERS = 4

export interface AnswerSources {
  readonly peer$: Observable<PeerEvent>
  readonly message$: Observable<CallMessage>
  /** Emits when this side's peer connection is open: after the user accepted. */
  readonly opened$: Observable<unknown>
}

/**
 * Answers the other side's offers. Buffers an offer that arrives while the call rings, and applies it once the peer
 * connection is open. Sends the answer that the connection makes. A side that makes no offers asks for one with
 * `renegotiate`.
 *
 * @example
 * const message$ = hot('-o------', { o: theirOffer })
 * const opened$ = hot(' ---o----')
 * const answer$ = '     ---c----' // applies the offer once the connection is open
 * expectObservable(answer({ peer$: NEVER, message$, opened$ }).pipe(map(({ type }) => type[0]))).toBe(answer$)
 */
export function answer({ peer$, message$, opened$ }: AnswerSources): Observable<StageOutput> {
  return merge(
    message$.pipe(
      ofType('offer'),
      holdUntil(opened$, MAX_OFFERS),
      map(({ body }) => command({ type: 'description', description: { type: 'offer', sdp: body.sdp } })),
    ),
    peer$.pipe(
      ofType('description'),
      filter(({ description }) => description.type === 'answer'),
      map(({ description }) => send('answer', { sdp: description.sdp })),
    ),
    peer$.pipe(
      ofType('renegotiate'),
      map(() => send('renegotiate', {})),
    ),
  )
}
