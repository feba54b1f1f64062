/** What the fragment of the page's address asks for. */
export type Address =
  | { readonly shows: 'start' }
  /** A scene as `encodeScene` wrote it, and the id of the bug to run it with. */
  | { readonly shows: 'scene'; readonly fragment: string; readonly bug: string | undefined }
  /** Calls of other tabs, by the codes that they show. */
  | { readonly shows: 'watch'; readonly codes: readonly string[] }
  /** Where a replay differs from its recording, as `formatDivergence` wrote it. */
  | { readonly shows: 'excerpt'; readonly fragment: string }

const BUG = '&bug='
const WATCH = 'watch='
const EXCERPT = 'excerpt='

/** Reads the fragment of an address, with or without its `#`. */
export function readAddress(hash: string): Address {
  const fragment = hash.replace(/^#/, '')
  if (fragment === '') return { shows: 'start' }
  if (fragment.startsWith(WATCH)) {
    const codes = fragment.slice(WATCH.length).split(',').filter(Boolean)
    return { shows: 'watch', codes }
  }
  if (fragment.startsWith(EXCERPT)) return { shows: 'excerpt', fragment }
  const [scene = '', bug] = fragment.split(BUG)
  return { shows: 'scene', fragment: scene, bug }
}

/** Writes the fragment of a scene, which {@link readAddress} reads. */
export function writeAddress(fragment: string, bug: string | undefined): string {
  return `#${fragment}${bug === undefined ? '' : `${BUG}${bug}`}`
}

/** Writes the fragment that watches these codes. */
export const watchAddress = (codes: readonly string[]): string => `#${WATCH}${codes.join(',')}`

/** The code in what somebody pasted: the code itself, or a link to watch it. Undefined if there is none. */
export function codeIn(text: string): string | undefined {
  return /\b[0-9a-f]{32}\b/i.exec(text)?.[0].toLowerCase()
}
