import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import { markdownFiles } from './support/markdown-files.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const examples = readdirSync(join(root, 'test/docs'))
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => read(`test/docs/${file}`))

/** The pieces of TypeScript in a document that are tests. */
const testsIn = (path: string) =>
  [...read(path).matchAll(/```ts\n([\s\S]*?)```/g)]
    .map((block) => (block[1] ?? '').trim())
    .filter((block) => block.includes("from 'vitest'") || block.includes('it('))

it.each(['README.md', 'docs/testing.md', 'docs/quality.md'])(
  'every test shown in %s is run in test/docs',
  (path) => {
    const tests = testsIn(path)
    expect(tests.length).toBeGreaterThan(0)
    for (const test of tests)
      expect(
        examples.some((example) => example.includes(test)),
        test,
      ).toBe(true)
  },
)

it.each(markdownFiles)('each link in %s leads to a file that exists', (path) => {
  const text = read(path).replaceAll(/```[\s\S]*?```/g, '')
  const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '')
  const files = targets.filter((target) => !target.includes('://'))
  expect(files.filter((file) => !existsSync(join(root, dirname(path), file)))).toEqual([])
})
