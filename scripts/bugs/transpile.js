import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { root } from '../lib/run.js'

/** The folders that the simulator and the bugs need. */
const parts = ['src/core', 'src/quality', 'src/inspect', 'src/testing', 'src/ui/lab/bugs', 'test/bugs']

/** @type {import('typescript').CompilerOptions} */
const compilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
}

/**
 * Writes the core, the test kit and the bugs into `folder`, as JavaScript that Node can run from there.
 *
 * @param {string} folder
 */
export function transpile(folder) {
  for (const part of parts)
    for (const file of ts.sys.readDirectory(join(root, part), ['.ts'])) {
      const target = join(folder, file.slice(root.length)).replace(/\.ts$/, '.js')
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions }).outputText)
    }
  // The bugs of the lab import the package by its name.
  const exports = {
    '.': './src/core/index.js',
    './stages': './src/core/stages/index.js',
    './testing': './src/testing/index.js',
  }
  const manifest = { name: 'rxcall', type: 'module', exports }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
}
