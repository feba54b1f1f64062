/** Random numbers that are the same for the same seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  /** True in `share` of all cases. */
  chance(share: number): boolean
  pick<T>(values: readonly [T, ...T[]]): T
  pick<T>(values: readonly T[]): T | undefined
}

/** The generator mulberry32: 32 bits of state, good enough for choices and fast enough for millions of worlds. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    int,
    chance: (share) => next() < share,
    pick: <T>(values: readonly T[]) => values[int(0, values.length - 1)] as T,
  }
}

/** A random number from 0 up to 1 that depends on `parts` alone, so removing others does not change it. */
export function chanceOf(...parts: readonly (string | number)[]): number {
  // The hash alone would give similar numbers for texts that differ only in their last letter.
  return seededRandom(hashOf(parts.join(' '))).next()
}

/** Mixes a number into a hash: FNV-1a, treating the whole number as one byte. */
export const mix = (hash: number, value: number): number => Math.imul(hash ^ value, 0x01000193) >>> 0

const hashes = new Map<string, number>()

/** {@link hashOf} with a cache, for a few texts that repeat often. */
export function hashOfName(name: string): number {
  const known = hashes.get(name)
  if (known !== undefined) return known
  const hash = hashOf(name)
  hashes.set(name, hash)
  return hash
}

/** The 32-bit FNV-1a hash of a text, continued from `hash`. */
export function hashOf(text: string, hash = 0x811c9dc5): number {
  let mixed = hash
  for (let index = 0; index < text.length; index++)
    mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193)
  return mixed >>> 0
}
