import type { Chance } from './random.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const words = [
  '',
  ' ',
  'alice',
  'bob',
  'v',
  'to',
  'from',
  'user',
  'party',
  'body',
  '__proto__',
  'constructor',
  'length',
]
const texts = ['\u0000', '\u202e', '\ud800', 'é', '€', '𝒳', '"', '\\', '\n', 'x', 'f']
const numbers = [
  0,
  -0,
  -1,
  1,
  0.5,
  2,
  64,
  65_535,
  65_536,
  600_000,
  600_001,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  1e308,
  1e-9,
]
const levels = [29, 30, 31, 32, 33, 34, 1000]
const lengths = [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 257, 1023, 1024, 1025, 8000]

function anyText({ number, pick }: Chance): string {
  if (number(3) === 0) return pick(words)
  return pick(texts).repeat(number(100) === 0 ? pick([64 * 1024, 64 * 1024 + 1, 90_000]) : pick(lengths))
}

/** Lists and objects within each other. */
function nested(levels: number, chance: Chance): Json {
  let value: Json = 1
  for (let i = 0; i < levels; i += 1) value = chance.number(2) === 0 ? [value] : { x: value }
  return value
}

/** Any JSON value, a few levels deep. */
export function anyJson(chance: Chance, depth = 3): Json {
  const { number, pick } = chance
  if (depth === 3 && number(100) === 0) return nested(pick(levels), chance)
  const kind = number(depth > 0 ? 7 : 5)
  if (kind === 0) return null
  if (kind === 1) return number(2) === 0
  if (kind === 2) return pick(numbers)
  if (kind < 5) return anyText(chance)
  const values = Array.from({ length: number(4) }, () => anyJson(chance, depth - 1))
  return kind === 5
    ? values
    : Object.fromEntries(values.map((value) => [anyText(chance).slice(0, 70), value]))
}

/** `value` with up to three changes somewhere in it: another value, a key or element less, more, twice or under another name. */
export function mutate(value: Json, chance: Chance): Json {
  let result = structuredClone(value)
  for (let i = chance.number(4); i > 0; i -= 1) result = change(result, chance)
  return result
}

function change(value: Json, chance: Chance): Json {
  const { number, pick } = chance
  if (typeof value === 'string' && number(3) === 0) {
    const at = number(value.length + 1)
    return value.slice(0, at) + anyText(chance) + value.slice(at + number(3))
  }
  if (typeof value !== 'object' || value === null || number(8) === 0) return anyJson(chance)
  if (Array.isArray(value)) {
    const at = number(value.length + 1)
    const element = value[at]
    if (element === undefined || number(4) === 0) {
      const more = number(30) === 0 ? pick([14, 15, 63, 64, 65, 300]) : 1
      return [...value, ...Array.from({ length: more }, () => value[0] ?? anyJson(chance))]
    }
    return value.toSpliced(at, 1, change(element, chance))
  }
  const keys = Object.keys(value)
  const key = keys.length === 0 ? '' : pick(keys)
  const { [key]: chosen = null, ...others } = value
  const what = number(8)
  if (what === 0) return others
  if (what === 1) return { ...value, [anyText(chance).slice(0, 70)]: anyJson(chance) }
  if (what === 2) return { ...others, [anyText(chance).slice(0, 70)]: chosen }
  return { ...value, [key]: change(chosen, chance) }
}
