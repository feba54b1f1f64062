import type { Observable } from 'rxjs'
import type { Description } from '../ports/index.ts'
import type { CandidateInit } from '../protocol/index.ts'

/**
 * What negotiation needs of an RTCPeerConnection. Each operation is a cold Observable: it begins when it is subscribed to,
 * emits once and completes when it is done, and errors with what it was refused with. Once an operation is done, the
 * signaling state is the one that it led to.
 */
export interface NegotiationPort {
  /** Emits when only an offer and an answer bring a change of this side to the other (W3C WebRTC, 4.7.3). */
  readonly negotiationNeeded$: Observable<unknown>
  /** The signaling state at this moment. */
  signalingState(): RTCSignalingState
  createOffer(): Observable<Description>
  createAnswer(): Observable<Description>
  setLocalDescription(description: Description): Observable<unknown>
  /** Takes back this side's own offer, to which there is no answer yet. */
  rollBack(): Observable<unknown>
  /** Never called with an offer while one of this side waits for its answer: that one is rolled back before. */
  setRemoteDescription(description: Description): Observable<unknown>
  addCandidate(candidate: CandidateInit): Observable<unknown>
  /**
   * Gives the next offer, and those after it until one of these is answered, new ICE credentials (W3C WebRTC, 4.4.2,
   * restartIce). At once, in every signaling state. Where it is missing, ICE is not restarted.
   */
  restartIce?(): void
}
