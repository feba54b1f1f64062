/** @typedef {import('./run-pairing.js').Result} Result */

const marks = { passed: '✓', failed: '✗', skipped: '–' }

/**
 * Cases by pairings, as text: a column a pairing, numbered, with the reasons of what failed or was skipped below it.
 *
 * @param {readonly Result[]} results
 * @returns {string}
 */
export function matrix(results) {
  const cases = [...new Set(results.map(({ conformanceCase }) => conformanceCase.name))]
  const columns = [...new Set(results.map(({ pairing }) => pairing.name))]
  const width = Math.max(...cases.map((name) => name.length))
  const cells = new Map(
    results.map(({ conformanceCase, pairing, status }) => [
      `${conformanceCase.name}|${pairing.name}`,
      marks[status],
    ]),
  )
  const numbers = columns.map((_, index) => String(index + 1).padStart(3)).join('')
  return [
    'Who offers comes first:',
    ...columns.map((name, index) => `${String(index + 1).padStart(3)}  ${name}`),
    '',
    `${' '.repeat(width)} ${numbers}`,
    ...cases.map(
      (name) =>
        `${name.padEnd(width)} ${columns.map((column) => (cells.get(`${name}|${column}`) ?? ' ').padStart(3)).join('')}`,
    ),
    ...reasons(results, 'skipped'),
    ...reasons(results, 'failed'),
  ].join('\n')
}

/** @type {(results: readonly Result[], status: Result['status']) => string[]} */
function reasons(results, status) {
  const told = results.filter((result) => result.status === status)
  if (told.length === 0) return []
  /** @type {Map<string, string[]>} */
  const pairings = new Map()
  for (const { conformanceCase, pairing, reason = '' } of told) {
    const key = `${conformanceCase.name}: ${reason}`
    pairings.set(key, [...(pairings.get(key) ?? []), pairing.name])
  }
  const lines = [...pairings].map(([key, names]) => `  ${key} (${names.join(', ')})`)
  return ['', `${status[0]?.toUpperCase()}${status.slice(1)}:`, ...lines]
}
