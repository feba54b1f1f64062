/** Origins of pages that may connect besides the relay's own, such as `https://example.org`, or all of them. */
export type Origins = readonly string[] | '*'

/** Schemes that URLs know (WHATWG URL, special schemes) and that no page is served by. */
const WITHOUT_PAGES = /^(wss?|ftp):/

/**
 * The origin in `text` as browsers send it: in lower case, without the default port. Apps that serve their page by a scheme
 * of their own have origins such as `capacitor://localhost` or `app://.`. Undefined if `text` is not an origin.
 */
export function originOf(text: string): string | undefined {
  if (text.includes('*') || WITHOUT_PAGES.test(text.toLowerCase())) return undefined
  if (!/^https?:/i.test(text))
    return /^([a-z][a-z0-9+.-]*:\/\/[^\s/?#@\\]*)\/?$/i.exec(text)?.[1]?.toLowerCase()
  if (!URL.canParse(text)) return undefined
  const { origin, href } = new URL(text)
  return href === `${origin}/` ? origin : undefined
}

/** Why the pages of `text` cannot be allowed, in one line; undefined if they can. */
export function problemOfOrigin(text: string): string | undefined {
  if (text === '*' || originOf(text) !== undefined) return undefined
  if (text === 'null')
    return 'the origin null cannot be allowed: every sandboxed frame and local file has it, whoever made it; serve the page over http or https and name that origin'
  return `${text} is no origin; give one such as https://example.org, or *`
}

/**
 * Origins as browsers send them.
 *
 * @throws TypeError if one of them is not an origin: it would let nobody in.
 */
export function readOrigins(given: readonly string[] | string): Origins {
  const all = [given].flat()
  const problem = all.map(problemOfOrigin).find((each) => each !== undefined)
  if (problem !== undefined) throw new TypeError(problem)
  return all.includes('*') ? '*' : all.flatMap((origin) => originOf(origin) ?? [])
}
