import { ESLint } from 'eslint'
import esX from 'eslint-plugin-es-x'
import { root } from '../../../scripts/lib/run.js'
import { builtInsRule } from '../../../scripts/lint/browsers/built-ins-rule.js'
import { oldestBrowsers } from '../../../scripts/lint/browsers/oldest.js'
import { newerSyntax } from '../../../scripts/lint/browsers/syntax.js'

const oldest = oldestBrowsers(root)

// Bundled packages do without these: one is a transport of engine.io-client that `socketIoSignaling` never uses, the other one
// a property that Svelte sets for development.
const harmless = /WebTransport is not in|Error\.stackTraceLimit is not in/

/** The problems of the oldest browsers that package.json names with files of the repository, by their paths. */
export async function problemsInOldBrowsers(files: readonly string[]): Promise<readonly string[]> {
  const eslint = new ESLint({
    cwd: root,
    ignore: false,
    overrideConfigFile: true,
    overrideConfig: {
      linterOptions: { reportUnusedDisableDirectives: 'off', noInlineConfig: true },
      plugins: { 'es-x': esX, rxcall: { rules: { 'built-ins': builtInsRule(oldest) } } },
      rules: { ...newerSyntax(oldest), 'rxcall/built-ins': 'error' },
    },
  })
  const results = await eslint.lintFiles([...files])
  return results
    .flatMap(({ filePath, messages }) =>
      messages.map(({ line, column, message }) => `${filePath}:${line}:${column} ${message}`),
    )
    .filter((problem) => !harmless.test(problem))
}
