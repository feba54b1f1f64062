import { toMarbles } from './marble-diagram/to-marbles.ts'
import { parseTrace, type Trace } from './replay/parse-trace.ts'

export interface ToTestOptions {
  /** The name of the test. Default: `replays the recorded call`. */
  readonly name?: string | undefined
  /**
   * The path of the trace as JSON Lines, relative to the test, such as `./call.jsonl`. By default the test contains the
   * trace itself.
   */
  readonly file?: string | undefined
}

/**
 * Returns a vitest file that replays a trace, with the diagram as a comment. Its test passes if the pipeline behaves as
 * it did in the recording. Throws if `trace` is not a trace.
 *
 * @example
 * writeFileSync('test/lost-call.test.ts', toTest(trace, { name: 'does not lose the call' }))
 */
export function toTest(
  trace: Trace,
  { name = 'replays the recorded call', file }: ToTestOptions = {},
): string {
  const entries = parseTrace(trace)
  return [
    ...(file === undefined ? [] : [`import { readFileSync } from 'node:fs'`]),
    `import { expect, it } from 'vitest'`,
    `import { formatDivergence, replay } from 'rxcall/testing'`,
    '',
    ...comment(toMarbles(entries)),
    ...(file === undefined ? inline(entries) : besides(file)),
    '',
    `it(${JSON.stringify(name)}, () => {`,
    `  const { divergence } = replay(trace)`,
    `  expect(divergence, formatDivergence(divergence)).toBeUndefined()`,
    `})`,
    '',
  ].join('\n')
}

const comment = (text: string): string[] => text.split('\n').map((line) => `// ${line}`.trimEnd())

function besides(file: string): string[] {
  return [`const trace = readFileSync(new URL(${JSON.stringify(file)}, import.meta.url), 'utf8')`]
}

function inline(entries: readonly object[]): string[] {
  return ['const trace = [', ...entries.map((entry) => `  ${literal(entry)},`), ']']
}

/**
 * JSON is valid JavaScript except for the key `__proto__`, which sets the prototype. A stranger's message may contain
 * it.
 */
function literal(entry: object): string {
  return JSON.stringify(entry).replaceAll('"__proto__":', '["__proto__"]:')
}
