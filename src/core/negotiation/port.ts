import type { Observable } from 'rxjs'
import type { Description } from '../ports/index.ts'
import type { CandidateInit } from '../protocol/index.ts'

/**
 * What negotiation needs of an RTCPeerConnection. Each operation is a cold Observable: it begins on subscribing,
 * emits once and completes when it is done. It errors with whatever the connection threw. When it completes, the
 * signaling state already reflects it.
 */
export interface NegotiationPort {
  /** Emits when a change on this side needs an offer and an answer to reach the other (W3C WebRTC, 4.7.3). */
  readonly negotiationNeeded$: Observable<unknown>
  /** The signaling state at this moment. */
  signalingState(): RTCSignalingState
  createOffer(): Observable<Description>
  createAnswer(): Observable<Description>
  setLocalDescription(description: Description): Observable<unknown>
  /** Rolls back this side's own unanswered offer. */
  rollBack(): Observable<unknown>
  /** Never called with an offer while this side's own offer waits for its answer: that is rolled back first. */
  setRemoteDescription(description: Description): Observable<unknown>
  addCandidate(candidate: CandidateInit): Observable<unknown>
  /**
   * Gives offers new ICE credentials from now on, until one of them is answered (W3C WebRTC, 4.4.2, restartIce). Takes
   * effect at once, in every signaling state. If it is missing, ICE is not restarted.
   */
  restartIce?(): void
}
