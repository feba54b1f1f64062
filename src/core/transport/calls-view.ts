import type { Party } from '../protocol/index.ts'

/** What the transport needs to know about this client's calls. Immutable. */
export interface CallsView {
  /** The open call, if there is one. */
  readonly open: OpenCallView | undefined
  /** Whether this call of this user is over, or was dismissed before it rang. */
  readonly hasEnded: (callId: string, user: string) => boolean
}

export interface OpenCallView {
  readonly callId: string
  /** The other user. */
  readonly user: string
  /** The party of that user that has the call; `undefined` until one has. */
  readonly party: string | undefined
  /** The parties of that user that ring, until one has the call. */
  readonly contacts: readonly string[]
  /** Whether this client rings, so that its user has not agreed to the call yet. */
  readonly isRinging: boolean
}

/** Which call a message belongs to, and the party at the other end. */
export interface Ends {
  readonly callId: string
  readonly to: Party
}

/** The standing of a call here, as one party of its other user sees it. */
export type Standing =
  /** It is open, and that party has it or may still get it. */
  | 'open'
  /** It is open, but another party of the same user has it. */
  | 'elsewhere'
  /** It ended, or was dismissed. */
  | 'over'
  /** This client has never heard of it. */
  | 'unknown'

export function standingOf({ callId, to }: Ends, { open, hasEnded }: CallsView): Standing {
  if (open && open.callId === callId && open.user === to.user)
    return open.party === undefined || open.party === to.party ? 'open' : 'elsewhere'
  return hasEnded(callId, to.user) ? 'over' : 'unknown'
}

/** Whether the call is open with that party, or that party is one of those that ring. */
export function isPartner(ends: Ends, calls: CallsView): boolean {
  const { open } = calls
  if (!open || standingOf(ends, calls) !== 'open') return false
  return open.party !== undefined || open.contacts.includes(ends.to.party)
}
