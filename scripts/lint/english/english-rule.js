import { problemsOf } from './prose.js'

/** The constructors and functions that take an error message, and the message's index among their arguments. */
const messages = new Map([
  ['Error', 0],
  ['TypeError', 0],
  ['RangeError', 0],
  ['CallError', 1],
])

/** The functions that take the title of a test. */
const titles = new Set(['it', 'describe', 'test'])

/**
 * Reports prose that a native engineer would not write: comments, messages of errors, and titles of tests.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const englishRule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Short sentences in plain English' },
    schema: [],
    messages: { problem: '{{problem}}' },
  },
  create(context) {
    const { sourceCode } = context

    /** @type {(text: string, loc: import('estree').SourceLocation | null | undefined) => void} */
    const check = (text, loc) => {
      if (!loc) return
      for (const problem of problemsOf(text)) context.report({ loc, messageId: 'problem', data: { problem } })
    }

    /** @param {import('estree').Node | undefined} node */
    const checkText = (node) => {
      const text = node && textOf(node)
      if (text !== undefined) check(text, node?.loc)
    }

    return {
      Program() {
        for (const { text, loc } of proseOf(sourceCode.getAllComments())) check(text, loc)
      },
      NewExpression({ callee, arguments: given }) {
        const place = callee.type === 'Identifier' ? messages.get(callee.name) : undefined
        if (place !== undefined) checkText(given[place])
      },
      CallExpression({ callee, arguments: given }) {
        if (titles.has(calledName(callee))) checkText(given[0])
      },
    }
  },
}

/**
 * The texts of comments. Line comments that follow each other are one text.
 *
 * @param {readonly import('estree').Comment[]} comments
 * @returns {{ text: string, loc: import('estree').SourceLocation }[]}
 */
function proseOf(comments) {
  /** @type {{ text: string, loc: import('estree').SourceLocation, isLine: boolean }[]} */
  const texts = []
  for (const { type, value, loc } of comments) {
    if (!loc) continue
    const isLine = type === 'Line'
    const text = isLine ? value : value.replace(/^\s*\* ?/gm, '')
    const last = texts.at(-1)
    const follows =
      last?.isLine === true &&
      isLine &&
      last.loc.end.line + 1 === loc.start.line &&
      last.loc.start.column === loc.start.column
    if (follows) {
      last.text += `\n${text}`
      last.loc = { start: last.loc.start, end: loc.end }
    } else texts.push({ text, loc, isLine })
  }
  return texts
}

/**
 * Reads the text of a literal or template, with `X` for each expression. Returns `undefined` for other nodes.
 *
 * @param {import('estree').Node} node
 */
function textOf(node) {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.cooked).join('X')
  return undefined
}

/**
 * The name at the root of `it`, `it.each([…])` or `describe.skip`.
 *
 * @type {(callee: import('estree').Node) => string}
 */
function calledName(callee) {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'MemberExpression') return calledName(callee.object)
  if (callee.type === 'CallExpression') return calledName(callee.callee)
  if (callee.type === 'TaggedTemplateExpression') return calledName(callee.tag)
  return ''
}
