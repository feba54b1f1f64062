import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { problemsOf } from '../../scripts/lint/english/prose.js'
import { root } from '../../scripts/lib/run.js'
import { markdownFiles } from '../docs/support/markdown-files.ts'

it.each(markdownFiles)('%s is written in short sentences and plain English', (path) => {
  expect(problemsOf(readFileSync(join(root, path), 'utf8'))).toEqual([])
})
