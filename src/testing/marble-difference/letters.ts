import { inShort } from './in-short.ts'
import { sameStructure } from './same-structure.ts'

/** Stands for all values for which no letter is left. */
export const OTHERS = '?'

const alphabet = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')

export interface Letters {
  /** The letter of a value. Values with the same structure share it, but the result is never `except`. */
  of(value: unknown, except?: string): string
  /** A line for each letter in `drawn` that does not stand for itself. */
  legend(drawn: string): readonly string[]
}

/** Gives letters to values: the one in `named`, itself if the value is a letter, or else the next free one. */
export function letters(named: Readonly<Record<string, unknown>> = {}): Letters {
  const known = Object.entries(named)
    .filter(([name]) => isLetter(name))
    .map(([letter, value]) => ({ letter, value }))
  const isFree = (letter: string) => !known.some((other) => other.letter === letter)
  return {
    of(value, except) {
      const found = known.find((other) => other.letter !== except && sameStructure(value, other.value))
      if (found) return found.letter
      const letter = isLetter(value) && isFree(value) ? value : alphabet.find(isFree)
      if (letter === undefined) return OTHERS
      known.push({ letter, value })
      return letter
    },
    legend(drawn) {
      const lines = known
        .filter(({ letter, value }) => drawn.includes(letter) && value !== letter)
        .map(({ letter, value }) => `${letter} = ${inShort(value)}`)
      return drawn.includes(OTHERS) ? [...lines, `${OTHERS} = other values, which are omitted`] : lines
    },
  }
}

function isLetter(value: unknown): value is string {
  return typeof value === 'string' && value.length === 1 && /[\p{L}\p{N}]/u.test(value)
}
