/** @typedef {import('./run-pairing.js').Result} Result */

const marks = { passed: '✓', failed: '✗', skipped: '–' }

/**
 * Formats the results as text: a row for each case, and a numbered column for each pairing. Below are the reasons for
 * failed and skipped cases.
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
    'The offerer comes first:',
    ...columns.map((name, index) => `${String(index + 1).padStart(3)}  ${name}`),
    '',
    `${' '.repeat(width)} ${numbers}`,
    ...cases.map(
      (name) =>
        `${name.padEnd(width)} ${columns.map((column) => (cells.get(`${name}|${column}`) ?? ' ').padStart(3)).join('')}`,
    ),
    ...reasons('Fewer calls', results, ({ status, fewer }) => (status === 'skipped' ? undefined : fewer)),
    ...reasons('Skipped', results, ({ status, reason }) => (status === 'skipped' ? reason : undefined)),
    ...reasons('Failed', results, ({ status, reason }) => (status === 'failed' ? reason : undefined)),
  ].join('\n')
}

/** @type {(title: string, results: readonly Result[], reasonOf: (result: Result) => string | undefined) => string[]} */
function reasons(title, results, reasonOf) {
  /** @type {Map<string, string[]>} */
  const pairings = new Map()
  for (const result of results) {
    const reason = reasonOf(result)
    if (reason === undefined) continue
    const key = `${result.conformanceCase.name}: ${reason}`
    pairings.set(key, [...(pairings.get(key) ?? []), result.pairing.name])
  }
  const lines = [...pairings].map(([key, names]) => `  ${key} (${names.join(', ')})`)
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines]
}
