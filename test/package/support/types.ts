import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../../../scripts/lib/run.js'
import { bin, expectSuccess, run } from './programs.ts'

export const resolutions = ['NodeNext', 'Bundler', 'Node10'] as const

/** The global types of where a package runs. */
const globals = {
  browser: { lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], types: [] },
  node: { lib: ['lib.es2023.d.ts'], types: ['node'] },
}

/**
 * The type errors of a strict module in the project that imports everything from the entry points. Also checks the
 * declaration files of our own packages. Those of other packages are not checked, because that takes most of the time.
 */
export async function typeErrors(
  project: string,
  entries: readonly string[],
  resolution: (typeof resolutions)[number],
  platform: keyof typeof globals,
): Promise<readonly string[]> {
  const consumer = join(project, 'consumer.ts')
  await writeFile(consumer, entries.map((entry, i) => `export * as entry${i} from '${entry}'`).join('\n'))
  const program = ts.createProgram([consumer], {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2022,
    ...globals[platform],
    typeRoots: [join(project, 'node_modules/@types')],
    module: resolution === 'NodeNext' ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind[resolution],
    // TypeScript 6 calls Node10 deprecated, and many projects still have it.
    ...(resolution === 'Node10' && { ignoreDeprecations: '6.0' }),
  })
  const ours = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName === consumer || /\/node_modules\/rxcall(-relay)?\//.test(fileName))
  const diagnostics = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...ours.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ]
  return diagnostics.map(({ file, messageText }) =>
    [file?.fileName, ts.flattenDiagnosticMessageText(messageText, '\n')].join(': '),
  )
}

/** What publint prints about a package. */
export const lintPackage = (tarball: string) =>
  expectSuccess(run(bin(root, 'publint'), ['run', tarball, '--strict'], root))

/**
 * Checks that the types of a package fit it in every kind of module resolution. Before Node.js 22 a CommonJS module
 * cannot `require` an ES module. That does not count as an error of the types.
 */
export const checkTypes = (tarball: string) =>
  expectSuccess(
    run(bin(root, 'attw'), [tarball, '--ignore-rules', 'cjs-resolves-to-esm', '--no-color'], root),
  )
