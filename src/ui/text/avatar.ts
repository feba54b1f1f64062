/** Backgrounds on which white text has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3). */
export const avatarColours = [
  '#4453c9',
  '#7b3fb5',
  '#a8327f',
  '#b8364a',
  '#a34a1c',
  '#7d6412',
  '#4a7222',
  '#1c7a55',
  '#12748a',
  '#2b67b8',
] as const

/** The background of a person's avatar: always the same for the same name. */
export function avatarColour(name: string): string {
  let hash = 0
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return avatarColours[hash % avatarColours.length] ?? avatarColours[0]
}

/** One or two initials for a person, from the first and the last word of the name. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== '')
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0] ?? name]
  return ends.map((word) => Array.from(word ?? '')[0]?.toUpperCase() ?? '').join('')
}
