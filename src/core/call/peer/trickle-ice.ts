import { concatMap, map, merge, type Observable } from 'rxjs'
import { batch, holdUntil, ofType } from '../../rx/operators.ts'
import type { Env, PeerEvent } from '../../ports/index.ts'
import { limits, type CandidateInit } from '../../protocol/index.ts'
import type { CallSettings } from '../../settings.ts'
import { command, send, type CallMessage, type StageOutput } from '../outputs.ts'

/** Remote candidates buffered while the call rings: several network interfaces' worth for each m-line. */
const MAX_EARLY = 4 * limits.batch

export interface TrickleIceSources {
  readonly peer$: Observable<PeerEvent>
  readonly message$: Observable<CallMessage>
  /** Emits when this side's peer connection is open: for the callee, after the user accepted. */
  readonly opened$: Observable<unknown>
  readonly settings: Pick<CallSettings, 'candidateBatchMs'>
}

/**
 * Trickle ICE (RFC 8838). Each local candidate is sent, in batches and with the end of candidates (RFC 8838 §13). Each
 * remote one is handed to the peer connection as soon as that is open; the port holds it until its description is
 * applied.
 *
 * @example
 * const sources = { peer$, message$, opened$, settings: { candidateBatchMs: 20 } }
 * trickleIce(sources, env) // sends local candidates, and adds remote ones once the connection is open
 */
export function trickleIce(
  { peer$, message$, opened$, settings }: TrickleIceSources,
  env: Env,
): Observable<StageOutput> {
  return merge(
    peer$.pipe(
      ofType('candidate'),
      map(({ candidate }) => candidate),
      batch(settings.candidateBatchMs, env.scheduler),
      concatMap(toMessages),
    ),
    message$.pipe(
      ofType('candidates'),
      concatMap(({ body }): (CandidateInit | null)[] => (body.end ? [...body.list, null] : body.list)),
      holdUntil(opened$, MAX_EARLY),
      map((candidate) => command({ type: 'candidate', candidate })),
    ),
  )
}

/** The end belongs to the candidates before it. Candidates after it in the same batch belong to an ICE restart. */
function toMessages(candidates: readonly (CandidateInit | null)[]): StageOutput[] {
  const place = candidates.indexOf(null)
  const end = place >= 0
  const list = candidates.slice(0, end ? place : undefined).filter((candidate) => candidate !== null)
  const ofRestart = end ? candidates.slice(place + 1) : []
  const chunks = Array.from({ length: Math.ceil(list.length / limits.batch) || 1 }, (_, index) =>
    list.slice(index * limits.batch, (index + 1) * limits.batch),
  )
  return [
    ...chunks.map((chunk, index) =>
      send('candidates', end && index === chunks.length - 1 ? { list: chunk, end } : { list: chunk }),
    ),
    ...(ofRestart.length > 0 ? toMessages(ofRestart) : []),
  ]
}
