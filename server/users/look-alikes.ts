import { CONFUSABLES } from './confusables.ts'
import { nameKey } from '../../src/core/protocol/index.ts'

/**
 * What a name looks like: skeletons (UTS 39, section 4) of several spellings. These are the name itself, in lower case,
 * in upper case, and with capitals at the beginning of its words. Two names that share one of these look the same,
 * maybe in another case.
 *
 * Why not one skeleton of the folded name: `i` and `l` have one capital that looks the same, so `Elia` and `Ella` would
 * be one.
 */
export function looksOf(name: string): readonly string[] {
  const spelled = name.normalize('NFKC').replace(IGNORED, '').replace(SPACES, ' ').trim()
  const lower = spelled.toLowerCase()
  const capitals = lower.replace(/(^|[^\p{L}\p{M}\p{N}])\p{L}/gu, (first) => first.toUpperCase())
  return [...new Set([spelled, lower, spelled.toUpperCase(), capitals].map(skeleton))]
}

const IGNORED = /\p{Default_Ignorable_Code_Point}/gu
const SPACES = /[\s\u2800]+/gu

const prototypes = new Map<string, string>()
for (const line of CONFUSABLES.trim().split('\n')) {
  const [prototype = '', ...characters] = line.split(' ').map(textOf)
  for (const character of characters) prototypes.set(character, prototype)
}

function textOf(points: string): string {
  return String.fromCodePoint(...points.split('+').map((point) => parseInt(point, 16)))
}

const skeleton = (text: string): string =>
  Array.from(text.normalize('NFKC').normalize('NFD'), (character) => prototypes.get(character) ?? character)
    .join('')
    .normalize('NFD')

/** Held names, by what they look like. */
export interface LookAlikes {
  /** Adds a held name. It counts how often each one is held. */
  add(name: string): void
  /** Removes a name once. */
  remove(name: string): void
  /** Whether a different name that looks like this one is held. */
  has(name: string): boolean
}

export function createLookAlikes(): LookAlikes {
  /** For each look, how often each name is held, by its key. */
  const held = new Map<string, Map<string, number>>()

  return {
    add(name) {
      const key = nameKey(name)
      for (const look of looksOf(name)) {
        const keys = held.get(look) ?? new Map<string, number>()
        held.set(look, keys.set(key, (keys.get(key) ?? 0) + 1))
      }
    },

    remove(name) {
      const key = nameKey(name)
      for (const look of looksOf(name)) {
        const keys = held.get(look)
        const count = (keys?.get(key) ?? 0) - 1
        if (count > 0) keys?.set(key, count)
        else keys?.delete(key)
        if (keys?.size === 0) held.delete(look)
      }
    },

    has(name) {
      const key = nameKey(name)
      return looksOf(name).some((look) => [...(held.get(look)?.keys() ?? [])].some((other) => other !== key))
    },
  }
}
