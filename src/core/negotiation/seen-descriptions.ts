import type { Description } from '../ports/index.ts'

/**
 * The other side's descriptions so far, so that a repeated one counts once. Holds the last {@link seenLimit} offers
 * and as many answers, the latest last.
 */
export type SeenDescriptions = Readonly<Record<Description['type'], readonly string[]>>

/**
 * How many descriptions of each type are remembered. A repeated one was duplicated, or delayed for seconds on the way.
 * Each newer one takes a negotiation, so at least a round trip. 32 of them do not fit into that time.
 */
export const seenLimit = 32

export const noneSeen: SeenDescriptions = { offer: [], answer: [] }

export function hasSeen(seen: SeenDescriptions, { type, sdp }: Description): boolean {
  return seen[type].includes(sdp)
}

/** Adds a description to `seen`, and drops the oldest of its type if there are too many. */
export function withSeen(seen: SeenDescriptions, { type, sdp }: Description): SeenDescriptions {
  return { ...seen, [type]: [...seen[type], sdp].slice(-seenLimit) }
}
