/**
 * A step of `npm test`: a check, or a suite of tests.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {number} seconds The time that it took.
 * @property {number | undefined} [budget] Seconds that it should take at most.
 */

/**
 * Formats a table of the time of each step and its budget. Machines differ, so a step over budget is only marked.
 *
 * @param {readonly Step[]} steps
 * @returns {string} A line for each step, and one for the sum.
 */
export function stepTimes(steps) {
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0)
  const rows = [...steps, { name: 'total', seconds: total, budget: TOTAL_BUDGET }]
  const width = Math.max(...rows.map(({ name }) => name.length))
  return rows
    .map(({ name, seconds, budget }) => {
      const taken = `${name.padEnd(width)} ${seconds.toFixed(0).padStart(5)} s`
      if (budget === undefined) return taken
      return `${taken}  of ${String(budget).padStart(4)} s${seconds > budget ? '  over budget' : ''}`
    })
    .join('\n')
}

/** Seconds for the whole run on two cores. */
const TOTAL_BUDGET = 25 * 60
