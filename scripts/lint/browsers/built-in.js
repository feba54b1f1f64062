import ts from 'typescript'
import { compatOf } from './compat-data.js'

/** @typedef {import('./compat-data.js').CompatStatement} CompatStatement */

/**
 * Looks up a built-in by the name of its global, or of the global that it is itself.
 *
 * @type {(name: string) => CompatStatement | undefined}
 */
export const compatOfGlobal = (name) =>
  compatOf('javascript', 'builtins', name) ?? compatOf('api', name) ?? compatOf('api', 'Window', name)

/**
 * @param {string} owner An interface, such as `Array`.
 * @param {string} member
 * @returns {CompatStatement | undefined}
 */
export const compatOfMember = (owner, member) =>
  compatOf('javascript', 'builtins', owner, member) ??
  compatOf('api', owner, member) ??
  compatOf('api', owner, `${member}_static`)

/**
 * Which browsers have the member `symbol` of a value of the type `receiver`; undefined if it is not built in.
 *
 * @param {ts.Program} program
 * @param {ts.Symbol} symbol
 * @param {ts.Type} receiver
 * @returns {CompatStatement | undefined}
 */
export function compatOfSymbol(program, symbol, receiver) {
  const owners = (symbol.declarations ?? [])
    .filter((declaration) => program.isSourceFileDefaultLibrary(declaration.getSourceFile()))
    .map(ownerOf)
    .filter((owner) => owner !== undefined)
  if (owners.length === 0) return undefined
  // The data has no mixins, such as ParentNode. It lists their members under the interfaces that include them.
  for (const owner of [...owners, ...interfacesOf(program.getTypeChecker(), receiver)]) {
    const compat = compatOfMember(usualName(owner), symbol.name)
    if (compat !== undefined) return compat
  }
  return undefined
}

/** @type {(declaration: ts.Declaration) => string | undefined} */
function ownerOf(declaration) {
  const { parent } = declaration
  if (ts.isInterfaceDeclaration(parent)) return parent.name.text
  // `declare var AbortSignal: { any(signals: AbortSignal[]): AbortSignal }`
  const holder = ts.isTypeLiteralNode(parent) ? parent.parent : undefined
  return holder !== undefined && ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name)
    ? holder.name.text
    : undefined
}

/** @type {(checker: ts.TypeChecker, type: ts.Type) => string[]} */
function interfacesOf(checker, type) {
  const apparent = checker.getApparentType(type)
  if (apparent.isUnionOrIntersection()) return apparent.types.flatMap((each) => interfacesOf(checker, each))
  // The type of a primitive has no symbol, whatever the declaration says.
  const symbol = /** @type {ts.Symbol | undefined} */ (apparent.symbol)
  const bases = apparent.isClassOrInterface() ? checker.getBaseTypes(apparent) : []
  return [...(symbol ? [symbol.name] : []), ...bases.flatMap((base) => interfacesOf(checker, base))]
}

/** Names that only TypeScript's `lib` uses, and the built-ins they stand for. */
const usualNames = new Map([['CallableFunction', 'Function']])
const typedArray = /^(Big)?(Int|Uint|Float)\d+(Clamped)?Array$/

/** @type {(owner: string) => string} */
function usualName(owner) {
  const name = owner.replace(/^Readonly(?=Array|Map|Set)/, '').replace(/Constructor$/, '')
  return usualNames.get(name) ?? (typedArray.test(name) ? 'TypedArray' : name)
}
