import type { CandidateInit } from '../protocol/index.ts'

/** How many candidates wait at the most; what comes on top is dropped. */
export const candidateLimit = 256

/** Room for all else beside them: a flood of candidates must not crowd out the description that they belong to. */
export const taskLimit = candidateLimit + 8

/** What is to be known of the other side's descriptions to judge a candidate. */
export interface Known {
  /** The username fragments of the remote description; null as long as there is none. */
  readonly ufrags: readonly string[] | null
  /** Whether an offer of the other side was ignored; of no matter any more once there is a description of it. */
  readonly isIgnoring: boolean
}

/**
 * What to do with a candidate of the other side: `keep` it until there is another description, which it may belong to, or
 * `drop` it where it cannot belong to any. A candidate that names another generation is refused by W3C WebRTC (4.4.2,
 * addIceCandidate), but libwebrtc in Node takes it. It may be of a generation before an ICE restart, and then no description
 * will ask for it, or of the one that comes with the next.
 */
export function judge(candidate: CandidateInit, { ufrags, isIgnoring }: Known): 'add' | 'keep' | 'drop' {
  // The end of a generation's candidates. It would let a transport be completed or failed sooner (W3C WebRTC, 5.6.4), but not
  // every connection tells generations apart, and one that comes late would end those of the next, too.
  if (candidate.candidate === '') return 'drop'
  const ufrag = ufragOf(candidate)
  // One that names no generation and follows an ignored offer is that offer's.
  if (ufrags === null) return isIgnoring && ufrag === undefined ? 'drop' : 'keep'
  return ufrag === undefined || ufrags.length === 0 || ufrags.includes(ufrag) ? 'add' : 'keep'
}

/** Each media section may have one of its own (RFC 8839, 5.4). */
export function ufragsOf(sdp: string): readonly string[] {
  return Array.from(sdp.matchAll(/^a=ice-ufrag:(\S+)/gm), ([, ufrag = '']) => ufrag)
}

/** Browsers also write it into the candidate as an extension (RFC 8839, 5.1), where it survives simple-peer. */
function ufragOf({ candidate, usernameFragment }: CandidateInit): string | undefined {
  return usernameFragment ?? / ufrag (\S+)/.exec(candidate)?.[1]
}
