import type { Description, PeerOptions } from '../ports/index.ts'
import type { CandidateInit } from '../protocol/index.ts'
import {
  candidateLimit,
  noCandidates,
  signalLimit,
  withCandidate,
  withDescription,
  type Released,
} from './remote-candidates.ts'
import { hasSeen, noneSeen, withSeen } from './seen-descriptions.ts'

/**
 * Orders the other side's descriptions and candidates for a connection that negotiates by itself, as simple-peer does.
 *
 * Applies one description at a time, and delays the signals after it. Candidates that arrive early wait for their
 * description. Drops candidates from before an ICE restart, repeated descriptions, answers to no open offer, and
 * offers to the offerer.
 */
export interface RemoteSignalQueue {
  readonly description: (description: Description) => void
  /** `null`, the end of candidates, names no generation and may belong to the one before, so it is dropped. */
  readonly candidate: (candidate: CandidateInit | null) => void
  /** Call this when the connection has applied a description. */
  readonly applied: () => void
  /** Call this when the signaling state of the connection has changed. */
  readonly signalingStateChanged: () => void
}

export type RemoteSignal = Description | { readonly type: 'candidate'; readonly candidate: CandidateInit }

export interface RemoteSignalQueueOptions {
  readonly role: PeerOptions['role']
  readonly connection: Pick<RTCPeerConnection, 'signalingState'>
  /** Hands the connection one signal that it can take now. */
  readonly signal: (signal: RemoteSignal) => void
}

export function remoteSignalQueue({ role, connection, signal }: RemoteSignalQueueOptions): RemoteSignalQueue {
  const queue: (Description | CandidateInit)[] = []
  let candidates = noCandidates
  let seen = noneSeen
  let applying: Description | null = null

  const release = (released: Released): void => {
    candidates = released.candidates
    for (const candidate of released.toAdd) signal({ type: 'candidate', candidate })
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
      if ('candidate' in head) release(withCandidate(candidates, head))
      else if (!isUseless(head)) {
        // The answer to the previous offer comes first.
        if (head.type === 'offer' && connection.signalingState !== 'stable') return
        apply(head)
      }
      queue.shift()
    }
  }

  const push = (item: Description | CandidateInit): void => {
    if (queue.length >= ('candidate' in item ? candidateLimit : signalLimit)) return
    queue.push(item)
    pump()
  }

  return {
    description: push,
    candidate(candidate) {
      if (candidate !== null) push(candidate)
    },
    applied() {
      if (applying !== null) release(withDescription(candidates, applying.sdp))
      applying = null
      pump()
    },
    signalingStateChanged: pump,
  }
}
