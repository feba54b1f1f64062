/** Origins of pages that may connect besides the relay's own, such as `https://example.org`, or all of them. */
export type Origins = readonly string[] | '*'

/** Special schemes (WHATWG URL) that serve no pages. */
const WITHOUT_PAGES = /^(wss?|ftp):/

/**
 * The origin in `text` as browsers send it: in lower case, without the default port. Undefined if `text` is not an origin. Apps with a
 * custom scheme have origins such as `capacitor://localhost` or `app://.`.
 */
export function originOf(text: string): string | undefined {
  if (text.includes('*') || WITHOUT_PAGES.test(text.toLowerCase())) return undefined
  if (!/^https?:/i.test(text))
    return /^([a-z][a-z0-9+.-]*:\/\/[^\s/?#@\\]*)\/?$/i.exec(text)?.[1]?.toLowerCase()
  if (!URL.canParse(text)) return undefined
  const { origin, href } = new URL(text)
  return href === `${origin}/` ? origin : undefined
}

/** Why the origin `text` cannot be allowed; undefined if it can. */
export function problemOfOrigin(text: string): string | undefined {
  if (text === '*' || originOf(text) !== undefined) return undefined
  if (text === 'null')
    return 'the origin null cannot be allowed, because every sandboxed frame and local file has it; serve the page over http or https and name that origin'
  return `${text} is not an origin; give one such as https://example.org, or *`
}

/**
 * Origins as browsers send them.
 *
 * @throws TypeError if one of them is not an origin, because it would match nothing.
 */
export function readOrigins(given: readonly string[] | string): Origins {
  const all = [given].flat()
  const problem = all.map(problemOfOrigin).find((each) => each !== undefined)
  if (problem !== undefined) throw new TypeError(problem)
  return all.includes('*') ? '*' : all.flatMap((origin) => originOf(origin) ?? [])
}
