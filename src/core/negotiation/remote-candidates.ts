import type { CandidateInit } from '../protocol/index.ts'

/** How many candidates wait at most; further ones are dropped. */
export const candidateLimit = 256

/** How many signals wait at most, candidates included. A flood of candidates leaves room for the description they belong to. */
export const signalLimit = candidateLimit + 8

/**
 * The candidates of the other side that wait for their description (W3C WebRTC, 4.4.2: addIceCandidate refuses one
 * without), and what is known of that side's descriptions. Every port that carries out signals keeps them here.
 */
export interface RemoteCandidates {
  /** The ICE username fragments of the remote description; null before the first one. */
  readonly ufrags: readonly string[] | null
  /** Whether an offer of the other side was ignored; irrelevant once a description is applied. */
  readonly isIgnoring: boolean
  readonly waiting: readonly CandidateInit[]
}

export const noCandidates: RemoteCandidates = { ufrags: null, isIgnoring: false, waiting: [] }

/** The result of a signal: the candidates to add now, in order, and the state after that. */
export interface Released {
  readonly candidates: RemoteCandidates
  readonly toAdd: readonly CandidateInit[]
}

/** A candidate has arrived. It is added now, waits for a later description, or is dropped. */
export function withCandidate(candidates: RemoteCandidates, candidate: CandidateInit): Released {
  switch (judge(candidate, candidates)) {
    case 'add':
      return { candidates, toAdd: [candidate] }
    case 'wait':
      if (candidates.waiting.length >= candidateLimit) return { candidates, toAdd: [] }
      return { candidates: { ...candidates, waiting: [...candidates.waiting, candidate] }, toAdd: [] }
    case 'drop':
      return { candidates, toAdd: [] }
  }
}

/**
 * A description of the other side was applied. Releases the candidates that belong to it. Drops the others, so that
 * they take no room from later ones.
 */
export function withDescription(candidates: RemoteCandidates, sdp: string): Released {
  const described = { ...candidates, ufrags: ufragsOf(sdp), waiting: [] }
  const toAdd = candidates.waiting.filter((candidate) => judge(candidate, described) === 'add')
  return { candidates: described, toAdd }
}

/** An offer from the other side was ignored, and so are the candidates that follow it. */
export const ignoreOffer = (candidates: RemoteCandidates): RemoteCandidates => ({
  ...candidates,
  isIgnoring: true,
})

/**
 * What to do with a candidate: `wait` for another description that it may belong to, or `drop` it if there can be
 * none. W3C WebRTC (4.4.2, addIceCandidate) refuses one that names another ICE generation, but libwebrtc in Node
 * accepts it. Such a candidate is either old, from before an ICE restart, or belongs to the restart whose description
 * comes next.
 */
function judge(candidate: CandidateInit, { ufrags, isIgnoring }: RemoteCandidates): 'add' | 'wait' | 'drop' {
  // The end of a generation's candidates. It would let a transport complete or fail sooner (W3C WebRTC, 5.6.4). But not
  // every connection tells generations apart, and a late one would also end those of the next.
  if (candidate.candidate === '') return 'drop'
  // Without a media section it is refused (W3C WebRTC, 4.4.2).
  if (candidate.sdpMid == null && candidate.sdpMLineIndex == null) return 'drop'
  const ufrag = ufragOf(candidate)
  // One that names no generation and follows an ignored offer belongs to that offer.
  if (ufrags === null) return isIgnoring && ufrag === undefined ? 'drop' : 'wait'
  return ufrag === undefined || ufrags.length === 0 || ufrags.includes(ufrag) ? 'add' : 'wait'
}

/** Each media section may have its own (RFC 8839, 5.4). */
function ufragsOf(sdp: string): readonly string[] {
  return Array.from(sdp.matchAll(/^a=ice-ufrag:(\S+)/gm), ([, ufrag = '']) => ufrag)
}

/** Browsers also write it into the candidate as an extension (RFC 8839, 5.1), where it survives simple-peer. */
function ufragOf({ candidate, usernameFragment }: CandidateInit): string | undefined {
  return usernameFragment ?? / ufrag (\S+)/.exec(candidate)?.[1]
}
