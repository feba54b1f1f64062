import type { Description, PeerOptions } from '../../core/ports/index.ts'
import { candidateLimit, judge, taskLimit, ufragsOf } from '../../core/negotiation/remote-candidates.ts'
import { hasSeen, noneSeen, withSeen } from '../../core/negotiation/seen-descriptions.ts'
import type { CandidateInit } from '../../core/protocol/index.ts'

/**
 * Puts the other side's descriptions and candidates into an order and state in which simple-peer survives them.
 *
 * One description is applied at a time, and what comes after it waits; candidates that come before their own wait for it.
 * Dropped are: candidates from before a restart of ICE, a description that was applied already, an answer to no open offer,
 * and an offer to the offerer, which is the only one to make offers.
 */
export interface RemoteSignals {
  readonly description: (description: Description) => void
  readonly candidate: (candidate: CandidateInit | null) => void
  /** To be called when simple-peer has applied a description. */
  readonly applied: () => void
  /** To be called when the signaling state of the connection has changed. */
  readonly signalingStateChanged: () => void
}

export interface RemoteSignalsOptions {
  readonly role: PeerOptions['role']
  readonly connection: Pick<RTCPeerConnection, 'signalingState'>
  readonly signal: (
    signal: Description | { readonly type: 'candidate'; readonly candidate: CandidateInit },
  ) => void
}

export function remoteSignals({ role, connection, signal }: RemoteSignalsOptions): RemoteSignals {
  /** What comes before the description that it belongs to. */
  let kept: CandidateInit[] = []
  const known = { ufrags: null as readonly string[] | null, isIgnoring: false }
  const queue: (Description | CandidateInit)[] = []
  let seen = noneSeen
  let applying: Description | null = null

  const add = (candidate: CandidateInit): void => {
    const judgement = judge(candidate, known)
    if (judgement === 'add') signal({ type: 'candidate', candidate })
    else if (judgement === 'keep' && kept.length < candidateLimit) kept.push(candidate)
  }

  const apply = (description: Description): void => {
    seen = withSeen(seen, description)
    applying = description
    signal(description)
  }

  const isUseless = (description: Description): boolean =>
    hasSeen(seen, description) ||
    (description.type === 'answer' ? connection.signalingState !== 'have-local-offer' : role === 'offerer')

  const pump = (): void => {
    for (let head = queue[0]; head !== undefined && applying === null; head = queue[0]) {
      if ('candidate' in head) add(head)
      else if (!isUseless(head)) {
        // The answer to the one before comes first.
        if (head.type === 'offer' && connection.signalingState !== 'stable') return
        apply(head)
      }
      queue.shift()
    }
  }

  const push = (item: Description | CandidateInit): void => {
    if (queue.length >= ('candidate' in item ? candidateLimit : taskLimit)) return
    queue.push(item)
    pump()
  }

  return {
    description: push,
    candidate(candidate) {
      // Without a media section it could not be added (W3C WebRTC, 4.4.2). The end of candidates, null, has no generation: it
      // may be that of the one before.
      if (candidate?.sdpMid != null || candidate?.sdpMLineIndex != null) push(candidate)
    },
    applied() {
      if (applying !== null) known.ufrags = ufragsOf(applying.sdp)
      applying = null
      const waiting = kept.filter((candidate) => judge(candidate, known) === 'add')
      kept = []
      waiting.forEach(add)
      pump()
    },
    signalingStateChanged: pump,
  }
}
