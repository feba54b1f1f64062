import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { problemsOf } from '../../scripts/lint/english/prose.js'
import { root } from '../../scripts/lib/run.js'

it.each([
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'bench/README.md',
  'docs/architecture.md',
  'docs/decisions.md',
  'docs/deploy.md',
  'docs/platforms.md',
  'docs/protocol.md',
  'docs/testing.md',
  'examples/README.md',
  'server/README.md',
])('%s is written in short sentences and plain English', (path) => {
  expect(problemsOf(readFileSync(join(root, path), 'utf8'))).toEqual([])
})
