import type { CandidateInit, Description } from '../../core/index.ts'
import { readSdp, writeSdp, type Section, type VirtualSdp } from './virtual-sdp.ts'
import type { IceAgent } from './ice/ice-agent.ts'
import { RtcError } from './rtc-error.ts'
import type { Transceivers } from './transceivers.ts'

/** A description, with its parsed content. */
interface Applied {
  readonly description: Description
  readonly content: VirtualSdp
}

export interface NegotiationParts {
  /** The prefix of the descriptions' session and username fragments. */
  readonly name: string
  readonly media: Transceivers
  readonly ice: IceAgent
  /** The signaling state has changed. */
  readonly changed: (state: RTCSignalingState) => void
}

/**
 * Creates, applies and rolls back the offers and answers of a virtual connection (W3C WebRTC, 4.4.1.5; RFC 9429, 5).
 * Throws an {@link RtcError} for invalid ones, and then changes nothing.
 */
export class Negotiation {
  signalingState: RTCSignalingState = 'stable'
  private versions = 0
  private generation = 1
  /** The ufrag that an ICE restart will replace. */
  private toReplace: string | undefined
  private readonly created: Partial<Record<'offer' | 'answer', Applied>> = {}
  private pendingOffer: Applied | undefined
  private currentLocal: Applied | undefined
  private currentRemote: Applied | undefined
  private readonly name: string
  private readonly media: Transceivers
  private readonly ice: IceAgent
  private readonly changed: (state: RTCSignalingState) => void

  constructor({ name, media, ice, changed }: NegotiationParts) {
    this.name = name
    this.media = media
    this.ice = ice
    this.changed = changed
  }

  get remoteDescription(): Description | null {
    return (
      (this.signalingState === 'have-remote-offer' ? this.pendingOffer : this.currentRemote)?.description ??
      null
    )
  }

  get localDescription(): Description | null {
    return (
      (this.signalingState === 'have-local-offer' ? this.pendingOffer : this.currentLocal)?.description ??
      null
    )
  }

  /** Whether a change needs a new offer to reach the other side. */
  get isNeeded(): boolean {
    return this.signalingState === 'stable' && (this.toReplace !== undefined || this.media.needNegotiation())
  }

  restartIce(): void {
    this.toReplace = this.ice.ufrag
  }

  setLocal(description: Description | undefined): Description {
    const { type, sdp } =
      description ?? (this.signalingState === 'have-remote-offer' ? this.makeAnswer() : this.makeOffer())
    this.demandState(type === 'offer' ? 'have-local-offer' : 'have-remote-offer', type)
    const applied = this.created[type]
    if (applied?.description.sdp !== sdp)
      throw new RtcError('InvalidModificationError', `this is not the ${type} that was created last`)
    if (type === 'offer') this.setLocalOffer(applied)
    else this.setLocalAnswer(applied)
    return applied.description
  }

  setRemote(description: Description): void {
    const { type, sdp } = description
    // A remote offer rolls back a pending local one (W3C WebRTC, 4.4.1.5: implicit rollback).
    const isAgainstOwn = type === 'offer' && this.signalingState === 'have-local-offer'
    if (!isAgainstOwn) this.demandState(type === 'offer' ? 'have-remote-offer' : 'have-local-offer', type)
    const content = readSdp(sdp)
    if (content === undefined)
      throw new RtcError('OperationError', 'this is not a description of a virtual connection')
    if (type === 'answer') return this.setRemoteAnswer({ description, content })
    if (isAgainstOwn) this.rollBack()
    this.setRemoteOffer({ description, content })
  }

  makeOffer(): Description {
    if (this.signalingState !== 'stable' && this.signalingState !== 'have-local-offer')
      throw new RtcError('InvalidStateError', `no offer can be made in ${this.signalingState}`)
    if (this.toReplace === this.ufrag()) this.generation++
    return this.create('offer', this.media.offer())
  }

  makeAnswer(): Description {
    const offer = this.pendingOffer
    if (this.signalingState !== 'have-remote-offer' || offer === undefined)
      throw new RtcError('InvalidStateError', `no answer can be made in ${this.signalingState}`)
    // An offer with a new generation gets an answer with a new one (RFC 8839, 4.4.1.1.1).
    const before = this.currentRemote?.content.ufrag
    if (before !== undefined && before !== offer.content.ufrag && this.ice.ufrag === this.ufrag())
      this.generation++
    return this.create('answer', this.media.answer(offer.content.sections))
  }

  private create(type: 'offer' | 'answer', sections: readonly Section[]): Description {
    const ufrag = this.ufrag()
    const candidates = ufrag === this.ice.ufrag ? this.ice.gathering.count : 0
    const content = { session: this.name, version: ++this.versions, ufrag, candidates, sections }
    const description = { type, sdp: writeSdp(content) }
    this.created[type] = { description, content }
    return description
  }

  private ufrag(): string {
    return `${this.name}-${this.generation}`
  }

  private setLocalOffer(offer: Applied): void {
    this.media.setLocalOffer(offer.content.sections)
    this.pendingOffer = offer
    this.become('have-local-offer')
    this.ice.describe(offer.content.ufrag)
  }

  private setRemoteOffer(offer: Applied): void {
    this.media.demandFit(offer.content.sections)
    this.pendingOffer = offer
    this.become('have-remote-offer')
    this.media.setRemoteOffer(offer.content.sections)
    this.ice.describeRemote(offer.content.ufrag, offer.content.candidates)
  }

  private setLocalAnswer(answer: Applied): void {
    const offer = this.pendingOffer
    if (offer === undefined) return
    this.currentRemote = offer
    this.currentLocal = answer
    this.ice.describe(answer.content.ufrag)
    this.settle(offer, answer, true)
  }

  private setRemoteAnswer(answer: Applied): void {
    const offer = this.pendingOffer
    if (offer === undefined) return
    this.media.demandAnswer(answer.content.sections, offer.content.sections)
    this.currentLocal = offer
    this.currentRemote = answer
    this.ice.describeRemote(answer.content.ufrag, answer.content.candidates)
    this.settle(offer, answer, false)
  }

  private settle(offer: Applied, answer: Applied, isOurs: boolean): void {
    this.pendingOffer = undefined
    if (this.toReplace !== this.ice.ufrag) this.toReplace = undefined
    this.become('stable')
    this.media.agree(offer.content.sections, answer.content.sections, isOurs)
    this.ice.settle()
  }

  rollBack(): void {
    if (this.pendingOffer === undefined)
      throw new RtcError('InvalidStateError', `there is nothing to roll back in ${this.signalingState}`)
    this.pendingOffer = undefined
    this.become('stable')
    this.media.rollBack()
    this.ice.describeRemote(this.currentRemote?.content.ufrag)
    this.ice.rollBack(this.currentLocal?.content.ufrag)
  }

  addCandidate(candidate: CandidateInit | null): void {
    const remote = this.signalingState === 'have-remote-offer' ? this.pendingOffer : this.currentRemote
    if (remote === undefined)
      throw new RtcError('InvalidStateError', 'there is no remote description to add a candidate to')
    const text = candidate?.candidate ?? ''
    if (candidate === null || text === '') return
    const { sdpMid: mid, sdpMLineIndex: index } = candidate
    const { sections, ufrag } = remote.content
    const isKnown =
      mid == null ? index != null && sections[index] !== undefined : sections.some((s) => s.mid === mid)
    if (!isKnown) throw new RtcError('OperationError', 'the candidate is for an unknown media section')
    if (!text.startsWith('candidate:')) throw new RtcError('OperationError', 'the candidate cannot be read')
    const named = candidate.usernameFragment ?? ufragOf(text)
    if (named !== undefined && named !== ufrag)
      throw new RtcError('OperationError', 'the candidate is of another generation')
    this.ice.addCandidate()
  }

  private become(state: RTCSignalingState): void {
    if (this.signalingState === state) return
    this.signalingState = state
    this.changed(state)
  }

  private demandState(state: RTCSignalingState, type: string): void {
    const isFit = this.signalingState === state || (type === 'offer' && this.signalingState === 'stable')
    if (!isFit) throw new RtcError('InvalidStateError', `this ${type} does not fit ${this.signalingState}`)
  }
}

function ufragOf(candidate: string): string | undefined {
  const at = candidate.indexOf(' ufrag ')
  return at < 0 ? undefined : candidate.slice(at + 7).split(' ', 1)[0]
}
