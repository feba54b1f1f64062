import * as v from 'valibot'
import { limits } from './limits.ts'

/**
 * Blanks that Unicode counts as letters or symbols: the empty Braille pattern, the object replacement character, the
 * null notehead, and blank hieroglyphs.
 */
const BLANKS = '\\u2800\\ufffc\\u{1d159}\\u{13441}\\u{13442}'

/** Characters that never show, or that each font shows in its own way. Engines of any age agree on these sets. */
const UNSEEN = `\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Noncharacter_Code_Point}\\u2028\\u2029${BLANKS}`

/**
 * A user's name: what a person is called. One line, trimmed, with something visible in it. Of the invisible
 * characters, it may contain those that names are written with: joiners (Persian, the scripts of India, emoji) and
 * variation selectors.
 */
export const UserName = v.pipe(
  v.string('expected text'),
  v.minLength(1, 'expected at least one character'),
  v.maxLength(limits.name, `expected at most ${limits.name} characters`),
  v.check((name) => name === name.trim(), 'expected no space at either end'),
  v.regex(
    new RegExp(`^(?:[^${UNSEEN}]|[\\u200c\\u200d])*$`, 'u'),
    'expected no control, format, private-use or blank characters',
  ),
  v.regex(
    /[^\s\p{M}\p{Default_Ignorable_Code_Point}]/u,
    'expected a letter, digit or symbol that can be seen',
  ),
)

/**
 * Explains why something cannot be a name, without quoting it; undefined for a valid name.
 *
 * @example
 * nameProblem('alice') // undefined
 * nameProblem(' alice') // 'expected no space at either end'
 */
export function nameProblem(name: unknown): string | undefined {
  const { issues } = v.safeParse(UserName, name, { abortEarly: true })
  return issues?.[0].message
}
