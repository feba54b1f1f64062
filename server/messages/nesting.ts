/**
 * Whether parsed JSON has an object or a list more than `levels` deep. Avoids recursion, because the text may nest as
 * deep as it is long.
 */
export function isDeeperThan(value: unknown, levels: number): boolean {
  let level: readonly object[] = isNode(value) ? [value] : []
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > levels) return true
    level = level.flatMap((node) => (Object.values(node) as unknown[]).filter(isNode))
  }
  return false
}

const isNode = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
