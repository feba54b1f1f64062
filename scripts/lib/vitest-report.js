import { readFileSync } from 'node:fs'

/**
 * The parts of vitest's JSON report that are counted here.
 *
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {FileResult[]} testResults One for each file.
 */

/**
 * @typedef {object} FileResult
 * @property {string} status
 * @property {string} [name] The file's path.
 * @property {string} [message] Why it could not be run.
 * @property {{ status: string, fullName?: string, failureMessages?: string[] }[]} assertionResults One for each test.
 */

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} failures A text for each failure: which test, and why.
 */

/**
 * Counts a run of vitest by its JSON report, and returns its failures. These count as failed, too:
 *
 * - a skipped test or a `todo`;
 * - a file that could not be run;
 * - a run without a report;
 * - a run with a bad exit code although no test failed (an unhandled error).
 *
 * @param {string} file The report, which need not exist.
 * @param {number} exitCode The exit code of vitest.
 * @returns {Count}
 */
export function countTests(file, exitCode) {
  /** @type {Report} */
  let report
  try {
    report = /** @type {Report} */ (JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return { passed: 0, failed: 1, failures: [`No report was written; the exit code was ${exitCode}.`] }
  }
  const failures = report.testResults.flatMap(failuresOf)
  if (failures.length === 0 && exitCode !== 0)
    failures.push(`No test failed, yet the exit code was ${exitCode}: an error outside the tests.`)
  return { passed: report.numPassedTests, failed: failures.length, failures }
}

/** @type {(file: FileResult) => string[]} */
function failuresOf({ name = '', status, message = '', assertionResults }) {
  const failures = assertionResults
    .filter((test) => test.status !== 'passed')
    .map(({ status, fullName = '', failureMessages = [] }) =>
      [`${name}: ${fullName}`, ...(failureMessages.length > 0 ? failureMessages : [status])].join('\n'),
    )
  const ran = status !== 'failed' || assertionResults.some((test) => test.status === 'failed')
  return ran ? failures : [...failures, [name, message || 'It could not be run.'].join('\n')]
}
