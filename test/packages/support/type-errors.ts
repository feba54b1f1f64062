import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bin, run } from '../../package/support/programs.ts'

/** How a project looks for the types of a package. `node10` does not read `exports`. */
export const resolutions = ['node16', 'nodenext', 'bundler', 'node10'] as const

/** The global types of where a package runs. */
const globals = {
  browser: { lib: ['es2023', 'dom', 'dom.iterable'], types: [] },
  node: { lib: ['es2023'], types: ['node'] },
}

export interface Consumer {
  /** The name of the module: one in JavaScript is checked, too. */
  readonly file?: string
  readonly text: string
  readonly resolution: (typeof resolutions)[number]
  readonly platform?: keyof typeof globals
}

/** A module that imports everything from these entry points. */
export const importing = (entries: readonly string[]): string =>
  entries.map((entry, i) => `export * as entry${i} from '${entry}'`).join('\n')

/**
 * The errors that the project's TypeScript finds in a strict module of the project. It also checks the declarations of
 * our own packages. Errors in other packages do not count.
 */
export async function typeErrors(
  project: string,
  { file = 'consumer.ts', text, resolution, platform = 'browser' }: Consumer,
): Promise<readonly string[]> {
  const compilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    allowJs: true,
    checkJs: true,
    skipLibCheck: false,
    target: 'es2022',
    ...globals[platform],
    module: resolution.startsWith('node') && resolution !== 'node10' ? resolution : 'esnext',
    moduleResolution: resolution,
  }
  await writeFile(join(project, file), text)
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
  const { code, out, err } = await run(
    bin(project, 'tsc'),
    ['-p', 'tsconfig.json', '--pretty', 'false'],
    project,
  )
  if (code !== 0 && !out.includes('error TS'))
    throw new Error(`the compiler ended with ${code}\n${out}${err}`)
  return out.split(/\n(?! )/).filter((line) => line.includes('error TS') && !ofOthers.test(line))
}

const ofOthers = /^(\.\.\/)*node_modules\/(?!rxcall(-relay)?\/)/
