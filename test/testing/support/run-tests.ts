import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The result of one generated test. */
export interface Result {
  readonly name: string
  readonly passed: boolean
  readonly says: string
}

/**
 * Runs test files with vitest, on the sources of this package. `mutate` alters one of them: its path, and what to
 * replace in it.
 */
export async function runTests(
  files: Record<string, string>,
  mutate?: { readonly path: string; readonly from: string; readonly to: string },
): Promise<Result[]> {
  mkdirSync(`${root}test-results`, { recursive: true })
  const folder = mkdtempSync(`${root}test-results/generated-`)
  try {
    for (const [name, text] of Object.entries({ ...files, 'vitest.config.ts': config(mutate) }))
      writeFileSync(`${folder}/${name}`, text)
    const vitest = spawn(
      process.execPath,
      [
        `${root}node_modules/vitest/vitest.mjs`,
        'run',
        '--root',
        folder,
        '--reporter=json',
        '--outputFile=r.json',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    await once(vitest, 'exit')
    const report = JSON.parse(readFileSync(`${folder}/r.json`, 'utf8')) as {
      testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[]
    }
    return report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .map(({ title, status, failureMessages }) => ({
        name: title,
        passed: status === 'passed',
        says: failureMessages.join('\n'),
      }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const config = (mutate: unknown): string => `
import { aliases } from '../../scripts/vite/aliases.ts'
const mutate = ${JSON.stringify(mutate ?? null)}
export default {
  resolve: { alias: aliases },
  plugins: [{
    name: 'mutate',
    enforce: 'pre',
    transform(code, id) {
      if (!mutate || !id.endsWith(mutate.path)) return
      if (!code.includes(mutate.from)) throw new Error('nothing to replace')
      return code.replace(mutate.from, mutate.to)
    },
  }],
  test: { include: ['*.test.ts'] },
}
`
