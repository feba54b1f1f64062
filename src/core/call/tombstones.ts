/**
 * The calls that are over, and the invites that were never let in; the oldest come first. One of them that comes late, or
 * again, must not ring. A call that is over is named by its id, which is spent for everybody; an invite by its id and who
 * sent it, so that nobody can turn away the call of somebody else.
 */
export type Tombstones = readonly string[]

/** So many are remembered; by then the invite of the oldest has expired long since. */
const MAX = 256

/** `tombstones` with a call that is over. */
export function buryCall(tombstones: Tombstones, callId: string): Tombstones {
  return bury(tombstones, callId)
}

/** `tombstones` with an invite that was not let in. */
export function buryInvite(tombstones: Tombstones, callId: string, user: string): Tombstones {
  return bury(tombstones, `${callId} ${user}`)
}

/** Whether an invite of this call by this user has to stay silent. */
export function isBuried(tombstones: Tombstones, callId: string, user: string): boolean {
  return tombstones.includes(callId) || tombstones.includes(`${callId} ${user}`)
}

function bury(tombstones: Tombstones, name: string): Tombstones {
  return tombstones.includes(name) ? tombstones : [...tombstones.slice(1 - MAX), name]
}
