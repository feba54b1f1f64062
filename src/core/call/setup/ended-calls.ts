/**
 * Ended calls and dismissed invites, oldest first. Such an invite must not ring if it arrives late or again. An ended
 * call is stored by its id, which is spent for everybody. A dismissed invite is stored by its id and its sender, so
 * that nobody can block somebody else's call.
 */
export type EndedCalls = readonly string[]

/** How many are remembered. By the time one is dropped, its invite has expired. */
const MAX = 256

/** Adds a call that is over to `endedCalls`. */
export function addEndedCall(endedCalls: EndedCalls, callId: string): EndedCalls {
  return add(endedCalls, callId)
}

/** Adds a dismissed invite to `endedCalls`. */
export function addDismissedInvite(endedCalls: EndedCalls, callId: string, user: string): EndedCalls {
  return add(endedCalls, `${callId} ${user}`)
}

/** Whether an invite of this call by this user has to stay silent. */
export function hasEnded(endedCalls: EndedCalls, callId: string, user: string): boolean {
  return endedCalls.includes(callId) || endedCalls.includes(`${callId} ${user}`)
}

function add(endedCalls: EndedCalls, name: string): EndedCalls {
  return endedCalls.includes(name) ? endedCalls : [...endedCalls.slice(1 - MAX), name]
}
