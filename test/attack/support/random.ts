/** Random numbers that repeat with the same seed. */
export interface Chance {
  /** A whole number from 0 up to `below`. */
  readonly number: (below: number) => number
  readonly pick: <T>(values: readonly T[]) => T
}

/** Marsaglia's xorshift with 32 bits of state. */
export function chanceOf(seed: number): Chance {
  let state = (seed | 0) === 0 ? 1 : seed | 0
  const number = (below: number) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
  return { number, pick: (values) => values[number(values.length)] as (typeof values)[number] }
}
