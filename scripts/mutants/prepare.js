import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { root } from '../lib/run.js'

const parts = ['src/core', 'src/testing']

/** @type {(source: string) => string} */
const transpile = (source) =>
  ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  }).outputText

/**
 * Puts the core and the test kit into `folder`, as JavaScript that Node can run from there. Returns the folder that holds
 * them.
 *
 * @param {string} folder
 */
export function transpileAll(folder) {
  const base = join(folder, 'original')
  for (const part of parts)
    for (const file of ts.sys.readDirectory(join(root, part), ['.ts'])) {
      const target = join(base, file.slice(root.length)).replace(/\.ts$/, '.js')
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, transpile(readFileSync(file, 'utf8')))
    }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  return base
}

/**
 * The source of a mutant's file with its fault in it. Throws where the text that it changes is not there exactly once.
 *
 * @param {import('./mutants.js').Mutant} mutant
 */
export function mutate({ name, file, find, replace }) {
  const source = readFileSync(join(root, 'src/core', file), 'utf8')
  const [before, after, ...more] = source.split(find)
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(
      `mutant ${name}: its text is in src/core/${file} ${after === undefined ? 'no more' : 'more than once'}`,
    )
  return before + replace + after
}

/**
 * Makes a copy of the folder `base` with the mutant in it, and returns the copy's folder.
 *
 * @param {string} folder
 * @param {string} base
 * @param {import('./mutants.js').Mutant} mutant
 */
export function writeMutant(folder, base, mutant) {
  const copy = join(folder, mutant.name)
  cpSync(base, copy, { recursive: true })
  writeFileSync(join(copy, 'src/core', mutant.file.replace(/\.ts$/, '.js')), transpile(mutate(mutant)))
  return copy
}
