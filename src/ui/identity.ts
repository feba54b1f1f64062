import { parse, RandomId, systemEnv } from 'rxcall'

const KEY = 'rxcall.secret'

/**
 * Returns the secret that makes all tabs of this browser one user at the relay. Reads it from `storage`, or creates and
 * stores it if it is missing or invalid. If the browser stores nothing, as in some private windows, each page gets a new
 * one. Never throws.
 *
 * @param storage Returns `localStorage`. A function, because reading that property throws if the browser forbids storage.
 */
export function browserSecret(
  storage: () => Pick<Storage, 'getItem' | 'setItem'>,
  newId: () => string = systemEnv.id,
): string {
  const fresh = newId()
  try {
    const kept = parse(RandomId, storage().getItem(KEY))
    if (kept.ok) return kept.value
    storage().setItem(KEY, fresh)
  } catch {
    // Storage is forbidden or full.
  }
  return fresh
}
