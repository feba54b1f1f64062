import { readFileSync } from 'node:fs'

/**
 * What the JSON reporter of vitest writes, as far as it is counted here.
 *
 * @typedef {object} Report
 * @property {number} numTotalTests
 * @property {number} numPassedTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults One for each file.
 */

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 */

/**
 * Counts a run of vitest by its JSON report. A test that was skipped or left to do counts as failed, as does a file that
 * could not be run, a run without a report, and one that ended badly although no test failed (an unhandled error).
 *
 * @param {string} file The report; need not exist.
 * @param {number} exitCode Of vitest.
 * @returns {Count}
 */
export function countTests(file, exitCode) {
  /** @type {Report} */
  let report
  try {
    report = /** @type {Report} */ (JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return { passed: 0, failed: 1 }
  }
  const notRun = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = report.numTotalTests - report.numPassedTests + notRun.length
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
}
