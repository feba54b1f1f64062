import { EMPTY, catchError, concat, concatMap, defer, filter, ignoreElements, map, merge, of } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Description, PeerCommand, PeerEvent } from '../ports/index.ts'
import type { CandidateInit } from '../protocol/index.ts'
import { inTurn } from './in-turn.ts'
import { operations } from './operations.ts'
import type { NegotiationPort } from './port.ts'
import {
  candidateLimit,
  ignoreOffer,
  noCandidates,
  signalLimit,
  withCandidate,
  withDescription,
  type Released,
  type RemoteCandidates,
} from './remote-candidates.ts'
import { hasSeen, noneSeen, withSeen, type SeenDescriptions } from './seen-descriptions.ts'

export type NegotiationCommand = Extract<
  PeerCommand,
  { readonly type: 'description' | 'candidate' | 'renegotiate' | 'restart' }
>
export type NegotiationEvent = Extract<PeerEvent, { readonly type: 'description' | 'renegotiate' }>

export interface NegotiationSources {
  /** Signals from the other side, and this side's requests to restart ICE. */
  readonly command$: Observable<NegotiationCommand>
  /** Whether this side yields when both have made an offer. The two sides must differ in it. */
  readonly isPolite: boolean
  /** Whether this side makes offers; if not, it asks the other one to. */
  readonly makesOffers: boolean
}

type Task = NegotiationCommand | { readonly type: 'needed' }

interface State {
  readonly candidates: RemoteCandidates
  readonly seen: SeenDescriptions
  /** An offer was asked for while none could be made. */
  readonly isWanted: boolean
  /** This side asked for an offer that has not arrived yet. */
  readonly hasAsked: boolean
}

interface Step {
  readonly state: State
  readonly events: readonly NegotiationEvent[]
}

const initial: State = {
  candidates: noCandidates,
  seen: noneSeen,
  isWanted: false,
  hasAsked: false,
}

/**
 * Perfect negotiation (W3C WebRTC, 10.7): keeps both sides in agreement, whichever of them makes an offer, and
 * whenever. Emits what is to be sent to the other side. Errors with a CallError `negotiation-failed` if a description
 * cannot be made or applied; `detail.operation` names the operation. Unsubscribing ends the running operation.
 *
 * - Operations run one at a time, and applying an offer and making its answer are one operation. So an offer that
 *   arrives while an answer is being applied finds it applied, and there is no glare. The W3C's example has
 *   `isSettingRemoteAnswerPending` for that.
 * - If both sides made an offer, the polite side rolls its own back and answers. The impolite side ignores the offer
 *   that it received. The polite side need not remember its own offer, because its connection asks for negotiation
 *   again.
 * - Candidates wait for the description that they need. Those of an ignored offer are ignored with it, and so are those
 *   from before an ICE restart. A refused candidate costs one network path and ends nothing.
 * - A repeated description and an answer to no open offer are ignored.
 * - `restart` leads to an offer with new ICE credentials, at once or after the open negotiation. The side that makes no
 *   offers ignores it.
 *
 * @example
 * perfectNegotiation({ command$, isPolite: true, makesOffers: false }, port).subscribe((event) => sendToPeer(event))
 */
export function perfectNegotiation(
  { command$, isPolite, makesOffers }: NegotiationSources,
  port: NegotiationPort,
): Observable<NegotiationEvent> {
  const { makeOffer, makeAnswer, rollBack, setRemote } = operations(port)

  const offering = (state: State): Observable<Step> =>
    makeOffer().pipe(map((offer) => step({ ...state, isWanted: false }, told(offer))))

  const adding = (candidate: CandidateInit): Observable<never> =>
    defer(() => port.addCandidate(candidate)).pipe(
      ignoreElements(),
      catchError(() => EMPTY),
    )

  /** What follows once both sides have agreed. */
  const settling = (
    state: State,
    { candidates, toAdd }: Released,
    ...events: NegotiationEvent[]
  ): Observable<Step> => {
    const settled = { ...state, candidates }
    return concat(
      of(step(settled, ...events)),
      ...toAdd.map(adding),
      state.isWanted ? offering(settled) : EMPTY,
    )
  }

  const receiveOffer = (state: State, offer: Description): Observable<Step> => {
    const isGlare = port.signalingState() !== 'stable'
    const seen = withSeen(state.seen, offer)
    if (isGlare && !isPolite) return of(step({ ...state, seen, candidates: ignoreOffer(state.candidates) }))

    const described = { ...state, seen, hasAsked: false }
    const released = withDescription(state.candidates, offer.sdp)
    return concat(isGlare ? rollBack() : EMPTY, setRemote(offer), makeAnswer()).pipe(
      concatMap((answer) => settling(described, released, told(answer))),
    )
  }

  const receiveAnswer = (state: State, answer: Description): Observable<Step> => {
    if (port.signalingState() !== 'have-local-offer') return EMPTY
    const described = { ...state, seen: withSeen(state.seen, answer) }
    return concat(setRemote(answer), settling(described, withDescription(state.candidates, answer.sdp)))
  }

  const receiveDescription = (state: State, description: Description): Observable<Step> => {
    if (hasSeen(state.seen, description)) return EMPTY
    return description.type === 'offer' ? receiveOffer(state, description) : receiveAnswer(state, description)
  }

  const receiveCandidate = (state: State, candidate: CandidateInit): Observable<Step> => {
    const { candidates, toAdd } = withCandidate(state.candidates, candidate)
    return concat(of(step({ ...state, candidates })), ...toAdd.map(adding))
  }

  const isStable = (): boolean => port.signalingState() === 'stable'

  const askedForOffer = (state: State): Observable<Step> => {
    if (!makesOffers) return EMPTY
    return isStable() ? offering(state) : of(step({ ...state, isWanted: true }))
  }

  const restarting = (state: State): Observable<Step> => {
    if (!makesOffers || port.restartIce === undefined) return EMPTY
    port.restartIce()
    return askedForOffer(state)
  }

  /**
   * The connection reports this again once it is stable, if it still needs an offer. Before the first offer, nothing
   * is requested.
   */
  const needOffer = (state: State): Observable<Step> => {
    if (!isStable()) return EMPTY
    if (makesOffers) return offering(state)
    if (state.candidates.ufrags === null || state.hasAsked) return EMPTY
    return of(step({ ...state, hasAsked: true }, { type: 'renegotiate' }))
  }

  const run = ({ state }: Step, task: Task): Observable<Step> => {
    switch (task.type) {
      case 'needed':
        return needOffer(state)
      case 'renegotiate':
        return askedForOffer(state)
      case 'restart':
        return restarting(state)
      case 'description':
        return receiveDescription(state, task.description)
      case 'candidate':
        return task.candidate === null ? EMPTY : receiveCandidate(state, task.candidate)
    }
  }

  const needed$ = port.negotiationNeeded$.pipe(
    // The event fires only in a stable state. In any other it is late, as it may be from libwebrtc in Node.
    filter(isStable),
    map((): Task => ({ type: 'needed' })),
  )
  return merge(needed$, command$).pipe(
    inTurn(run, step(initial), ({ type }) => (type === 'candidate' ? candidateLimit : signalLimit)),
    concatMap(({ events }) => events),
  )
}

function step(state: State, ...events: NegotiationEvent[]): Step {
  return { state, events }
}

function told(description: Description): NegotiationEvent {
  return { type: 'description', description }
}
