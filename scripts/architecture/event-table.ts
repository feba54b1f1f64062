import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import ts from 'typescript'
import { root } from '../lib/run.js'

const core = join(root, 'src/core')
/** The unions of events.ts, and the events of the transport, which become inputs unchanged. */
const unions = ['Input', 'Fact', 'Effect'] as const
/** These files define events and create them for other files, but do not emit any. */
const vocabulary = ['events.ts', 'call/outputs.ts', 'transport/transport-event.ts']
/** The functions of outputs.ts that create the event of the same name. */
const makers = ['send', 'command']
const makersFile = '/call/outputs.ts'
/** The keys that the call adds to the outputs of its stages. */
const addedLater = ['callId', 'epoch']

export interface EventRow {
  readonly union: (typeof unions)[number]
  readonly type: string
  /** Files of src/core, without that prefix, sorted. */
  readonly emitters: readonly string[]
  readonly listeners: readonly string[]
}

/**
 * Lists every type of event in the order of events.ts, with the files that emit it or listen to it. The compiler's types
 * decide. A file emits an event in one of three ways:
 * - an object literal whose expected type is the event;
 * - a call of `send` or `command`;
 * - a value of another type that is passed on as the event.
 *
 * A file listens with `ofType`, a `case`, a comparison of `type`, or a table of functions by type. A derived stream such
 * as `message$` is not followed. Its listener is the file that derives it.
 */
export function eventTable(): EventRow[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8')).config,
    ts.sys,
    root,
  )
  const program = ts.createProgram([join(core, 'index.ts'), join(core, 'trace/index.ts')], {
    ...options,
    types: [],
  })
  const checker = program.getTypeChecker()
  const rows = new Map<string, { union: EventRow['union']; emitters: Set<string>; listeners: Set<string> }>()
  const known = new Set<ts.Declaration>()

  const membersOf = (file: string, name: string): readonly ts.Type[] => {
    const source = program.getSourceFile(join(core, file))
    const alias = source?.statements.find(
      (each) => ts.isTypeAliasDeclaration(each) && each.name.text === name,
    )
    if (!alias) throw new Error(`${file} declares no type ${name}`)
    return partsOf(checker.getTypeAtLocation(alias))
  }
  const typeOf = (type: ts.Type) => type.getProperty('type')
  const namesOf = (type: ts.Type): string[] => {
    const property = typeOf(type)
    const own = property && checker.getTypeOfSymbol(property)
    return own ? partsOf(own).flatMap((each) => (each.isStringLiteral() ? [each.value] : [])) : []
  }
  /** The event types among the members of a union. */
  const eventsIn = (type: ts.Type | undefined): string[] =>
    partsOf(type).flatMap((each) =>
      typeOf(each)?.declarations?.some((declaration) => known.has(declaration)) ? namesOf(each) : [],
    )

  for (const [file, name] of [
    ...unions.map((union) => ['events.ts', union] as const),
    ['transport/transport-event.ts', 'TransportEvent'] as const,
    ['call/outputs.ts', 'Common'] as const,
  ])
    for (const member of membersOf(file, name)) {
      typeOf(member)?.declarations?.forEach((declaration) => known.add(declaration))
      const union = unions.find((each) => each === name)
      if (union)
        for (const type of namesOf(member))
          rows.set(type, { union, emitters: new Set(), listeners: new Set() })
    }

  /** The events that an object literal with these keys can be. */
  const madeBy = (node: ts.ObjectLiteralExpression, keys: readonly string[]): string[] => {
    const made = namesOf(checker.getTypeAtLocation(node))
    const expected = eventsIn(checker.getContextualType(node))
    if (expected.length > 0) return expected.filter((type) => made.includes(type))
    // The compiler infers what an operator maps to. So the declared result of the enclosing function counts.
    return resultsOf(checker, node)
      .flatMap(partsOf)
      .filter((each) => eventsIn(each).some((type) => made.includes(type)))
      .filter((each) =>
        each.getProperties().every(({ name }) => addedLater.includes(name) || keys.includes(name)),
      )
      .flatMap(namesOf)
  }
  /** Whether the value that an object literal has for `type` is a function that takes events of this type. */
  const takes = (node: ts.ObjectLiteralExpression, type: string): boolean => {
    const value = checker.getContextualType(node)?.getProperty(type)
    if (!value) return false
    return partsOf(checker.getTypeOfSymbol(value))
      .flatMap((each) => each.getCallSignatures())
      .flatMap(({ parameters }) => parameters)
      .some((each) => eventsIn(checker.getTypeOfSymbol(each)).includes(type))
  }

  const visit = (node: ts.Node, file: string): void => {
    const emits = (types: readonly string[]) => types.forEach((type) => rows.get(type)?.emitters.add(file))
    const listens = (types: readonly string[]) => types.forEach((type) => rows.get(type)?.listeners.add(file))

    if (ts.isObjectLiteralExpression(node)) {
      const keys = node.properties.flatMap(({ name }) => (name ? [keyOf(name)] : []))
      if (keys.includes('type')) emits(madeBy(node, keys))
      listens(keys.filter((type) => rows.has(type) && takes(node, type)))
    }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const { text } = node.expression
      const maker = makers.includes(text) && checker.getResolvedSignature(node)?.declaration
      if (maker && maker.getSourceFile().fileName.endsWith(makersFile)) emits([text])
    }
    if (ts.isIdentifier(node) && isResult(node)) {
      const expected = eventsIn(checker.getContextualType(node))
      const passed = partsOf(checker.getTypeAtLocation(node)).filter((each) => eventsIn(each).length === 0)
      emits(passed.flatMap(namesOf).filter((type) => expected.includes(type)))
    }
    if (ts.isCallExpression(node) && isOfType(node)) {
      const stream = sourceOf(node)
      const carried =
        stream && checker.getTypeArguments(checker.getTypeAtLocation(stream) as ts.TypeReference)[0]
      const wanted = node.arguments.flatMap((each) => {
        const type = checker.getTypeAtLocation(ts.isSpreadElement(each) ? each.expression : each)
        return [type, ...checker.getIndexInfosOfType(type).map((info) => info.type)].flatMap((one) =>
          partsOf(one).flatMap((part) => (part.isStringLiteral() ? [part.value] : [])),
        )
      })
      listens(eventsIn(carried).filter((type) => wanted.includes(type)))
    }
    if (ts.isSwitchStatement(node) && ts.isPropertyAccessExpression(node.expression)) {
      const subject = eventsIn(checker.getTypeAtLocation(node.expression.expression))
      for (const clause of node.caseBlock.clauses)
        if (ts.isCaseClause(clause) && ts.isStringLiteral(clause.expression))
          listens(subject.filter((type) => type === (clause.expression as ts.StringLiteral).text))
    }
    if (ts.isBinaryExpression(node) && ts.isStringLiteral(node.right)) {
      const { left, right } = node
      if (ts.isPropertyAccessExpression(left) && left.name.text === 'type')
        listens(eventsIn(checker.getTypeAtLocation(left.expression)).filter((type) => type === right.text))
    }
    ts.forEachChild(node, (child) => visit(child, file))
  }
  for (const source of program.getSourceFiles()) {
    const file = relative(core, source.fileName).split(sep).join('/')
    if (!file.startsWith('..') && !vocabulary.includes(file)) visit(source, file)
  }
  return [...rows].map(([type, { union, emitters, listeners }]) => ({
    union,
    type,
    emitters: [...emitters].sort(),
    listeners: [...listeners].sort(),
  }))
}

function partsOf(type: ts.Type | undefined): readonly ts.Type[] {
  if (!type) return []
  return type.isUnion() ? type.types : [type]
}

/**
 * The types of the elements of the enclosing lists. Also the types of the values in streams that the enclosing
 * functions return.
 */
function resultsOf(checker: ts.TypeChecker, node: ts.Node): ts.Type[] {
  const results: ts.Type[] = []
  for (let outer = node.parent; !ts.isSourceFile(outer); outer = outer.parent) {
    const list = ts.isArrayLiteralExpression(outer) && checker.getContextualType(outer)?.getNumberIndexType()
    if (list) results.push(list)
    if (!ts.isFunctionLike(outer) || !outer.type) continue
    const result = checker.getTypeFromTypeNode(outer.type)
    if (result.getSymbol()?.name === 'Observable')
      results.push(...checker.getTypeArguments(result as ts.TypeReference))
  }
  return results
}

/** Whether an identifier is the result of a function or an element of a list. */
function isResult(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isConditionalExpression(parent)) return parent.condition !== node
  if (ts.isArrowFunction(parent)) return parent.body === node
  return ts.isReturnStatement(parent) || ts.isArrayLiteralExpression(parent)
}

const keyOf = (name: ts.PropertyName): string => ('text' in name ? name.text : '')

const isOfType = ({ expression }: ts.CallExpression) =>
  ts.isIdentifier(expression) && expression.text === 'ofType'

/** The stream whose `pipe` begins with `operator`; `undefined` if there is none. */
function sourceOf(operator: ts.CallExpression): ts.Expression | undefined {
  const { parent } = operator
  if (!ts.isCallExpression(parent) || parent.arguments[0] !== operator) return undefined
  return ts.isPropertyAccessExpression(parent.expression) ? parent.expression.expression : undefined
}
