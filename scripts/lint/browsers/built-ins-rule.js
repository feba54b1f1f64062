import ts from 'typescript'
import { compatOfGlobal, compatOfMember, compatOfSymbol } from './built-in.js'
import { lackedBy } from './oldest.js'

/**
 * @typedef {object} TypeServices What typescript-eslint's parser knows, if it was asked for types.
 * @property {ts.Program | null} [program]
 * @property {{ get: (node: import('estree').Node) => ts.Node }} esTreeNodeToTSNodeMap
 */

/**
 * Reports each use of a built-in of the language or the browser that a browser in `oldest` lacks. Finds members by
 * their type. Without type information, finds only members of globals.
 *
 * Allows a built-in if the code handles its absence: if its type makes it optional, as in `Partial<HTMLVideoElement>`,
 * or after `typeof`.
 *
 * @param {Parameters<typeof lackedBy>[1]} oldest
 * @returns {import('eslint').Rule.RuleModule}
 */
export const builtInsRule = (oldest) => ({
  meta: {
    type: 'problem',
    docs: { description: 'Built-ins are in all browsers that package.json supports' },
    schema: [],
    messages: {
      lacked:
        '{{name}} is not in {{browsers}}, which package.json supports. Do without it, or use a type in which it is optional',
    },
  },
  create(context) {
    const { sourceCode } = context
    const services = /** @type {TypeServices | undefined} */ (sourceCode.parserServices)
    const program = services?.program ?? undefined

    /** @type {(node: import('estree').Node, name: string, compat: CompatStatement | undefined) => void} */
    const check = (node, name, compat) => {
      const browsers = compat === undefined ? [] : lackedBy(compat, oldest)
      if (browsers.length === 0) return
      context.report({ node, messageId: 'lacked', data: { name, browsers: browsers.join(', ') } })
    }

    /** @type {(node: import('estree').Node, name: string, holder: import('estree').Node) => void} */
    const checkMember = (node, name, holder) => {
      if (program === undefined || services === undefined) {
        if (holder.type === 'Identifier' && sourceCode.isGlobalReference(holder))
          check(node, `${holder.name}.${name}`, compatOfMember(holder.name, name))
        return
      }
      const checker = program.getTypeChecker()
      const type = checker.getTypeAtLocation(services.esTreeNodeToTSNodeMap.get(holder))
      const receiver = checker.getApparentType(checker.getNonNullableType(type))
      const symbol = receiver.getProperty(name)
      if (symbol === undefined || symbol.flags & ts.SymbolFlags.Optional) return
      check(node, name, compatOfSymbol(program, symbol, receiver))
    }

    return {
      'Program:exit'(program) {
        const scope = sourceCode.getScope(program)
        const known = scope.variables.filter(({ defs }) => defs.length === 0)
        for (const { identifier } of [...scope.through, ...known.flatMap(({ references }) => references)]) {
          if (identifier.type !== 'Identifier' || isOfType(identifier) || isTypeof(identifier)) continue
          check(identifier, identifier.name, compatOfGlobal(identifier.name))
        }
      },
      MemberExpression(node) {
        const name = nameOf(node.property, node.computed)
        if (name !== undefined && node.object.type !== 'Super' && !isTypeof(node))
          checkMember(node.property, name, node.object)
      },
      ObjectPattern(node) {
        for (const property of node.properties) {
          if (property.type !== 'Property') continue
          const name = nameOf(property.key, property.computed)
          if (name !== undefined) checkMember(property.key, name, node)
        }
      },
    }
  },
})

/** @typedef {import('./compat-data.js').CompatStatement} CompatStatement */

/** @type {(key: import('estree').Node, computed: boolean) => string | undefined} */
function nameOf(key, computed) {
  if (key.type === 'Literal' && typeof key.value === 'string') return key.value
  return key.type === 'Identifier' && !computed ? key.name : undefined
}

/** @typedef {{ readonly type?: string, readonly operator?: string, readonly parent?: Parent | null }} Parent */

/** @type {(node: object) => Parent} */
const parentOf = (node) => /** @type {Parent} */ (node).parent ?? {}

/** @type {(node: import('estree').Node) => boolean} */
const isOfType = (node) => /^TS(?!AsExpression|NonNull|Satisfies)/.test(parentOf(node).type ?? '')

/** @type {(node: import('estree').Node) => boolean} */
const isTypeof = (node) => {
  const parent = parentOf(node)
  // `typeof a?.b` has the whole chain between the two.
  return (parent.type === 'ChainExpression' ? parentOf(parent) : parent).operator === 'typeof'
}
