/**
 * Whether two values have the same type and the same content, at any depth. Functions are the same only if they are
 * identical. So are objects that show no content, such as Promises and nodes of a page.
 */
export function sameStructure(one: unknown, other: unknown, compared: Pairs = new Map()): boolean {
  if (Object.is(one, other)) return true
  if (!isObject(one) || !isObject(other)) return false
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false
  // A pair that contains itself is the same, unless something else in it differs.
  const before = compared.get(one) ?? new Set()
  if (before.has(other)) return true
  compared.set(one, before.add(other))

  const [content, contentOfOther] = [contentOf(one), contentOf(other)]
  if (content.size === 0 && !isPlain(one)) return false
  return (
    content.size === contentOfOther.size &&
    [...content].every(
      ([key, value]) => contentOfOther.has(key) && sameStructure(value, contentOfOther.get(key), compared),
    )
  )
}

type Pairs = Map<object, Set<object>>

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function contentOf(value: object): ReadonlyMap<unknown, unknown> {
  if (value instanceof Date) return new Map([['time', value.getTime()]])
  if (value instanceof RegExp) return new Map(Object.entries({ source: value.source, flags: value.flags }))
  if (value instanceof Map) return value
  if (value instanceof Set) return new Map([...(value as Set<unknown>)].entries())
  const fields = new Map<unknown, unknown>(Object.entries(value))
  if (value instanceof Error)
    for (const key of ['name', 'message', 'cause'] as const) fields.set(key, value[key])
  return fields
}

/** Whether two empty objects are the same. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (
    prototype === null ||
    prototype === Object.prototype ||
    [Array, Map, Set].some((collection) => value instanceof collection) ||
    ArrayBuffer.isView(value)
  )
}
