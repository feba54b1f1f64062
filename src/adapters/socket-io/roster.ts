/**
 * Returns the users after `change`, which is unvalidated. Anything that is not a {@link RosterChange} changes nothing.
 */
export function applyRosterChange(users: ReadonlySet<string>, change: unknown): ReadonlySet<string> {
  if (typeof change !== 'object' || change === null || !('type' in change)) return users
  if (change.type === 'all' && 'users' in change && Array.isArray(change.users)) {
    return new Set(change.users.filter((user: unknown) => typeof user === 'string'))
  }
  if (change.type === 'changes' && 'list' in change && Array.isArray(change.list)) {
    return change.list.reduce<ReadonlySet<string>>((before, step) => applyStep(before, step), users)
  }
  return applyStep(users, change)
}

function applyStep(users: ReadonlySet<string>, change: unknown): ReadonlySet<string> {
  if (typeof change !== 'object' || change === null || !('type' in change)) return users
  if (!('user' in change) || typeof change.user !== 'string') return users
  const next = new Set(users)
  if (change.type === 'joined') return next.add(change.user)
  if (change.type === 'left') next.delete(change.user)
  return next
}

/** Everybody but `self`, sorted by code unit, so that every client shows the same order. */
export function rosterOf(users: ReadonlySet<string>, self: string): readonly string[] {
  return [...users].filter((user) => user !== self).sort()
}
