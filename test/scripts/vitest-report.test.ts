import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countTests } from '../../scripts/lib/vitest-report.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rxcall-report-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Counts a run whose files had tests with these outcomes. */
function count(files: readonly (readonly string[])[], exitCode: number) {
  const outcomes = files.flat()
  const report = {
    numPassedTests: outcomes.filter((status) => status === 'passed').length,
    testResults: files.map((file) => ({
      status: file.length > 0 && file.every((status) => status !== 'failed') ? 'passed' : 'failed',
      assertionResults: file.map((status) => ({ status })),
    })),
  }
  const path = join(folder, 'report.json')
  writeFileSync(path, JSON.stringify(report))
  const { passed, failed } = countTests(path, exitCode)
  return { passed, failed }
}

describe('countTests', () => {
  it('counts passed and failed tests', () => {
    expect(count([['passed', 'passed'], ['passed']], 0)).toEqual({ passed: 3, failed: 0 })
    expect(count([['passed', 'failed'], ['failed']], 1)).toEqual({ passed: 1, failed: 2 })
  })

  it.each(['skipped', 'pending', 'todo'])('counts a test that is %s as failed', (status) => {
    expect(count([['passed', status]], 0)).toEqual({ passed: 1, failed: 1 })
  })

  it('counts a file that could not be run as one failure', () => {
    expect(count([['passed'], []], 1)).toEqual({ passed: 1, failed: 1 })
  })

  it('counts an unhandled error without a failed test as one failure', () => {
    expect(count([['passed']], 1)).toEqual({ passed: 1, failed: 1 })
  })

  it('counts a run without a complete report as one failure', () => {
    expect(countTests(join(folder, 'none.json'), 0)).toMatchObject({ passed: 0, failed: 1 })
    writeFileSync(join(folder, 'half.json'), '{"numTotal')
    expect(countTests(join(folder, 'half.json'), 0)).toMatchObject({ passed: 0, failed: 1 })
  })

  it('returns what failed, and why', () => {
    const path = join(folder, 'report.json')
    const tests = [
      { status: 'passed', fullName: 'a call rings' },
      { status: 'failed', fullName: 'a call ends', failureMessages: ['expected ended, got ringing'] },
      { status: 'skipped', fullName: 'a call is held' },
    ]
    const testResults = [
      { name: 'call.test.ts', status: 'failed', assertionResults: tests },
      { name: 'relay.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
    ]
    writeFileSync(path, JSON.stringify({ numPassedTests: 1, testResults }))
    expect(countTests(path, 1).failures).toEqual([
      'call.test.ts: a call ends\nexpected ended, got ringing',
      'call.test.ts: a call is held\nskipped',
      'relay.test.ts\nno such module',
    ])
  })
})
