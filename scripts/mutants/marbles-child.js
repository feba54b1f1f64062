import { readFileSync } from 'node:fs'
import { normalizePath } from 'vite'
import { startVitest } from 'vitest/node'

// Runs the tests that the pattern of the second argument names, within the folder of the first, and tells its parent what became of them. Where a
// third and a fourth are given, the text of the fourth file stands in the place of the third one.

const [root = '', tests = '', file, replacement] = process.argv.slice(2)

/** @type {import('vite').Plugin} */
const mutation = {
  name: 'mutation',
  enforce: 'pre',
  load: (id) =>
    id === normalizePath(file ?? '') && replacement !== undefined
      ? readFileSync(replacement, 'utf8')
      : undefined,
}
const vitest = await startVitest(
  'test',
  [],
  {
    root,
    config: false,
    include: [tests],
    environment: 'node',
    // So that whoever ends this process ends the tests.
    pool: 'threads',
    reporters: [{}],
    watch: false,
  },
  { plugins: [mutation] },
)
const modules = vitest.state.getTestModules()
const all = modules.flatMap((each) => [...each.children.allTests()])
const errors = modules.flatMap((each) => [...each.errors()])
const [error] = [...errors, .../** @type {{ message?: string }[]} */ (vitest.state.getUnhandledErrors())]
process.send?.({
  tests: all.length,
  failed: all.filter((test) => test.result().state === 'failed').map(({ name }) => name),
  ...(error && { problem: error.message ?? 'an error without words' }),
})
await vitest.close()
// Broken tests set it, and they are what is looked for.
process.exitCode = 0
