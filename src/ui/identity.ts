import { parse, RandomId, systemEnv } from 'rxcall'

const KEY = 'rxcall.secret'

/**
 * The secret by which the relay knows all tabs of this browser for one user: kept in `storage`, made where there is none
 * yet or something else is in its place. Where nothing can be kept, as in some private windows, it is a new one for each
 * page. Never throws.
 *
 * @param storage how to get at `localStorage`: reading that property throws where the browser forbids it
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
    // Forbidden, or full.
  }
  return fresh
}
