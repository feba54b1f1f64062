import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import { describeLimits } from '../../server/cli-limits.ts'

const document = readFileSync(join(root, 'docs/deploy.md'), 'utf8')

it('docs/deploy.md tells every limit and its default', () => {
  const rows = [...document.matchAll(/^\| `(\w+)` +\| ([\d/]+) +\|/gm)].map(
    ([, name, value]) => `${name}=${value}`,
  )
  expect(rows).toEqual(describeLimits().map((line) => line.trim()))
})
