import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { errorKinds } from '../../src/core/error-codes.ts'
import { root } from '../../scripts/lib/run.js'

it('docs/ui.md lists every error code with its kind', () => {
  const text = readFileSync(join(root, 'docs/ui.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([\w-]+)` +\| `(\w+)` +\|/gm)].map(([, code, kind]) => [code, kind])
  expect(Object.fromEntries(rows)).toEqual(errorKinds)
})
