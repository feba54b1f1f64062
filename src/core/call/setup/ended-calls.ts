/**
 * The calls that are over, and the invites that were never let in; the oldest come first. One of them that comes late, or
 * again, must not ring. A call that is over is named by its id, which is spent for everybody; an invite by its id and who
 * sent it, so that nobody can turn away the call of somebody else.
 */
export type EndedCalls = readonly string[]

/** How many are remembered. By then the invite of the oldest has expired. */
const MAX = 256

/** `endedCalls` with a call that is over. */
export function addEndedCall(endedCalls: EndedCalls, callId: string): EndedCalls {
  return add(endedCalls, callId)
}

/** `endedCalls` with an invite that was not let in. */
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
