/**
 * The number of mutants by outcome. Mutants that no test reaches count as survived.
 *
 * @typedef {object} Score
 * @property {number} killed
 * @property {number} survived
 * @property {number} timeout Mutants that ran into an endless loop, which counts as noticed.
 */

/**
 * Counts the mutants. Ignores those that cannot run at all.
 *
 * @param {readonly { readonly status: string }[]} results
 * @returns {Score}
 */
export function scoreOf(results) {
  /** @param {readonly string[]} statuses */
  const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length
  return {
    killed: count('Killed'),
    survived: count('Survived', 'NoCoverage'),
    timeout: count('Timeout'),
  }
}

/**
 * The share of noticed mutants in per cent; 100 if there are no mutants.
 *
 * @param {Score} score
 */
export function percentOf({ killed, survived, timeout }) {
  const all = killed + survived + timeout
  return all === 0 ? 100 : ((killed + timeout) / all) * 100
}

/** @param {Score} score */
export function line(score) {
  const { killed, survived, timeout } = score
  return `mutation score ${percentOf(score).toFixed(1)} killed ${killed} survived ${survived} timeout ${timeout}`
}
