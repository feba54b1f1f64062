import { EMPTY, catchError, concat, concatMap, defer, filter, ignoreElements, map, merge, of } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Description, PeerCommand, PeerEvent } from '../ports/index.ts'
import type { CandidateInit } from '../protocol/index.ts'
import { inTurn } from './in-turn.ts'
import { operations } from './operations.ts'
import type { NegotiationPort } from './port.ts'
import { candidateLimit, judge, taskLimit, ufragsOf, type Known } from './remote-candidates.ts'
import { hasSeen, noneSeen, withSeen, type SeenDescriptions } from './seen-descriptions.ts'

export type NegotiationCommand = Extract<
  PeerCommand,
  { readonly type: 'description' | 'candidate' | 'renegotiate' | 'restart' }
>
export type NegotiationEvent = Extract<PeerEvent, { readonly type: 'description' | 'renegotiate' }>

export interface NegotiationSources {
  /** What comes from the other side, and requests of this side to restart ICE. */
  readonly command$: Observable<NegotiationCommand>
  /** Which side gives way when both have made an offer. The two sides must differ in it. */
  readonly isPolite: boolean
  /** Whether this side makes offers; if not, it asks the other one to. */
  readonly makesOffers: boolean
}

type Task = NegotiationCommand | { readonly type: 'needed' }

interface State extends Known {
  /** Candidates that wait for a description. */
  readonly kept: readonly CandidateInit[]
  readonly seen: SeenDescriptions
  /** An offer was asked for while none could be made. */
  readonly isWanted: boolean
  /** This side asked for an offer that has not come yet. */
  readonly hasAsked: boolean
}

interface Step {
  readonly state: State
  readonly events: readonly NegotiationEvent[]
}

const initial: State = {
  ufrags: null,
  isIgnoring: false,
  kept: [],
  seen: noneSeen,
  isWanted: false,
  hasAsked: false,
}

/**
 * Perfect negotiation (W3C WebRTC, 10.7): keeps both sides in agreement whichever of them makes an offer, and when. Emits
 * what is to be sent to the other side. Errors with a CallError `negotiation-failed` where a description cannot be made or
 * applied; `detail` names the operation. Unsubscribing ends the operation that runs.
 *
 * - Everything happens in turn, an offer or its answer as one. So an offer that comes while an answer is being applied finds
 *   the answer applied and is no glare, which is what the example there has `isSettingRemoteAnswerPending` for.
 * - Where both sides made an offer, the polite side rolls its own back and answers the other, and the impolite side
 *   ignores what came. The polite side needs no second offer of its own kept in mind: its connection tells it again.
 * - Candidates wait for the description that they need. Those of an ignored offer are ignored with it, as are those from
 *   before an ICE restart, and one that is refused costs one network path and ends nothing.
 * - Ignored as well are a description that came before, and an answer to no open offer.
 * - `restart` leads to an offer with new ICE credentials: at once, or after the negotiation that is open. The side that makes
 *   no offers ignores it.
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
  const settling = (state: State, ...events: NegotiationEvent[]): Observable<Step> => {
    const settled = { ...state, kept: [] }
    return concat(
      of(step(settled, ...events)),
      ...state.kept.filter((candidate) => judge(candidate, state) === 'add').map(adding),
      state.isWanted ? offering(settled) : EMPTY,
    )
  }

  const receiveOffer = (state: State, offer: Description): Observable<Step> => {
    const isGlare = port.signalingState() !== 'stable'
    const seen = withSeen(state.seen, offer)
    if (isGlare && !isPolite) return of(step({ ...state, seen, isIgnoring: true }))

    const described = { ...state, seen, ufrags: ufragsOf(offer.sdp), hasAsked: false }
    return concat(isGlare ? rollBack() : EMPTY, setRemote(offer), makeAnswer()).pipe(
      concatMap((answer) => settling(described, told(answer))),
    )
  }

  const receiveAnswer = (state: State, answer: Description): Observable<Step> => {
    if (port.signalingState() !== 'have-local-offer') return EMPTY
    const described = { ...state, seen: withSeen(state.seen, answer), ufrags: ufragsOf(answer.sdp) }
    return concat(setRemote(answer), settling(described))
  }

  const receiveDescription = (state: State, description: Description): Observable<Step> => {
    if (hasSeen(state.seen, description)) return EMPTY
    return description.type === 'offer' ? receiveOffer(state, description) : receiveAnswer(state, description)
  }

  const receiveCandidate = (state: State, candidate: CandidateInit): Observable<Step> => {
    switch (judge(candidate, state)) {
      case 'add':
        return adding(candidate)
      case 'keep':
        if (state.kept.length >= candidateLimit) return EMPTY
        return of(step({ ...state, kept: [...state.kept, candidate] }))
      case 'drop':
        return EMPTY
    }
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

  /** The connection tells it again once it is stable, where that is still so. Before the first offer nothing is asked. */
  const needOffer = (state: State): Observable<Step> => {
    if (!isStable()) return EMPTY
    if (makesOffers) return offering(state)
    if (state.ufrags === null || state.hasAsked) return EMPTY
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
    // It is told in a stable state alone, so in any other it comes late, as it may from libwebrtc in Node.
    filter(isStable),
    map((): Task => ({ type: 'needed' })),
  )
  return merge(needed$, command$).pipe(
    inTurn(run, step(initial), ({ type }) => (type === 'candidate' ? candidateLimit : taskLimit)),
    concatMap(({ events }) => events),
  )
}

function step(state: State, ...events: NegotiationEvent[]): Step {
  return { state, events }
}

function told(description: Description): NegotiationEvent {
  return { type: 'description', description }
}
