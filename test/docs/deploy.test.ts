import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import { describeLimits } from '../../server/cli/limit-flags.ts'
import { FLAGS } from '../../server/cli/usage.ts'

const document = readFileSync(join(root, 'docs/deploy.md'), 'utf8')
const readme = readFileSync(join(root, 'server/README.md'), 'utf8')

it('docs/deploy.md lists every limit and its default', () => {
  const rows = [...document.matchAll(/^\| `(\w+)` +\| ([\d/]+) +\|/gm)].map(
    ([, name, value]) => `${name}=${value}`,
  )
  expect(rows).toEqual(describeLimits().map((line) => line.trim()))
})

it.each(FLAGS.map(({ name, env }) => [`--${name}`, env] as const))(
  'docs/deploy.md mentions %s',
  (flag, env) => {
    expect(document).toMatch(new RegExp(`\`${flag}[\` ]`))
    if (env !== undefined) expect(document).toContain(`\`${env}`)
  },
)

it('server/README.md shows only flags that there are', () => {
  const shown = [...readme.matchAll(/`--([a-z-]+)/g)].map(([, name]) => name)
  expect(shown.length).toBeGreaterThan(10)
  expect(shown.filter((name) => name !== 'omit' && !FLAGS.some((flag) => flag.name === name))).toEqual([])
})

it('docs/deploy.md names only variables that the relay reads', () => {
  const named = [...document.matchAll(/RXCALL_[A-Z_]+/g)].map(([name]) => name)
  expect([...new Set(named)].filter((name) => !FLAGS.some(({ env }) => env === name))).toEqual([])
})
