/** A place where two plain values differ. */
export interface Difference {
  /** A path, such as `message.body.list.0`. */
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

/** All places where two values of plain data differ, the innermost ones. */
export function differences(expected: unknown, actual: unknown, path: readonly string[] = []): Difference[] {
  if (!isTree(expected) || !isTree(actual))
    return Object.is(expected, actual) ? [] : [{ path: path.join('.'), expected, actual }]
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
  return [...keys].flatMap((key) => differences(expected[key], actual[key], [...path, key]))
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
