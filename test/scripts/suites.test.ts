import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import { suites } from '../../scripts/lib/suites.js'

it('every test file belongs to exactly one suite, so that npm test runs it once', () => {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  const tests = files.filter((file) => /\.test\.[cm]?[jt]sx?$/.test(file))
  const folders = suites.flatMap((suite) => suite.folders)
  const count = (file: string) => folders.filter((folder) => file.split(/[\\/]/)[0] === folder).length

  expect(tests.filter((file) => count(file) !== 1)).toEqual([])
  // vitest looks for this ending alone
  expect(tests.filter((file) => !file.endsWith('.test.ts'))).toEqual([])
  expect(tests.length).toBeGreaterThan(0)
})
