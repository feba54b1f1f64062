import type { Marble, Timeline } from './timeline.ts'

/** Finds the marbles that contain a text, in any case. Returns their ids. */
export type Search = (timeline: Timeline, order: readonly number[], query: string) => ReadonlySet<number>

/** Makes a search that remembers the text of each event, because each key press searches all of them. */
export function searcher(): Search {
  const texts = new WeakMap<object, string>()
  const textOf = ({ detail, label, lane, stage = '' }: Marble): string => {
    const key = typeof detail === 'object' && detail !== null ? detail : undefined
    const known = key && texts.get(key)
    if (known !== undefined) return known
    const text = `${label}\n${lane}\n${stage}\n${jsonOf(detail)}`.toLowerCase()
    if (key) texts.set(key, text)
    return text
  }
  return ({ marbles }, order, query) => {
    const wanted = query.toLowerCase()
    return new Set(
      order.filter((id) => {
        const marble = marbles[id]
        return marble !== undefined && textOf(marble).includes(wanted)
      }),
    )
  }
}

/** The JSON of an event, or why there is not one. A page may pass any timeline. */
export function jsonOf(detail: unknown, indent = 0): string {
  try {
    const text: unknown = JSON.stringify(detail, null, indent)
    return typeof text === 'string' ? text : 'not plain data'
  } catch {
    return 'not plain data'
  }
}
