import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import config from '../../tsconfig.json' with { type: 'json' }

/** The entry points of both packages, and their sources. */
const entries = Object.entries(config.compilerOptions.paths).map(
  ([name, [path]]) => [name, join(root, path ?? '')] as const,
)

/** Parses the sources and nothing else: without packages and global types it takes a second instead of half a minute. */
function parse(): ts.Program {
  const options: ts.CompilerOptions = {
    noLib: true,
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
  }
  const host = ts.createCompilerHost(options, true)
  host.resolveModuleNameLiterals = (literals, containing) =>
    literals.map(({ text }) => {
      const path = resolve(dirname(containing), text)
      const isSource = text.startsWith('.') && existsSync(path)
      return { resolvedModule: isSource ? { resolvedFileName: path, extension: ts.Extension.Ts } : undefined }
    })
  const files = entries.map(([, path]) => path)
  return ts.createProgram(files, options, host)
}

const program = parse()
const checker = program.getTypeChecker()

/** The functions that an entry point exports, consts that are functions included, with the declarations. */
function functionsOf(path: string): readonly { readonly name: string; readonly symbol: ts.Symbol }[] {
  const source = program.getSourceFile(path)
  const module = source && checker.getSymbolAtLocation(source)
  if (!module) throw new Error(`${path} exports nothing`)
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0
    const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported
    const isFunction =
      symbol.valueDeclaration !== undefined && checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0
    return isFunction ? [{ name: exported.name, symbol }] : []
  })
}

/** The examples in the docstring of a declaration. */
const examplesOf = (symbol: ts.Symbol) =>
  symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'example')
    .map(({ text }) => ts.displayPartsToString(text).trim())

describe.each(entries)('each function of %s', (_, path) => {
  const functions = functionsOf(path)

  it('has an example in its docstring', () => {
    const without = functions.filter(({ symbol }) => examplesOf(symbol).length === 0)
    expect(
      without.map(({ name, symbol }) => {
        const file = symbol.valueDeclaration?.getSourceFile().fileName ?? ''
        return `${relative(root, file)}: ${name}`
      }),
    ).toEqual([])
  })

  it('has examples that name it', () => {
    const others = functions.filter(({ name, symbol }) =>
      examplesOf(symbol).some((example) => !example.includes(name)),
    )
    expect(others.map(({ name }) => name)).toEqual([])
  })
})

it('finds functions in each entry point', () => {
  for (const [name, path] of entries) expect(functionsOf(path).length, name).toBeGreaterThan(0)
})
