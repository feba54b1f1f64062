import { RuleTester } from 'eslint'
import { describe, expect, it } from 'vitest'
import { englishRule } from '../../scripts/lint/english/english-rule.js'
import { MAX_WORDS, problemsOf } from '../../scripts/lint/english/prose.js'

const long = `${'word '.repeat(MAX_WORDS)}word.`

describe('problemsOf', () => {
  it.each([
    'Releases the camera. Completes when the call ends.',
    `${'word '.repeat(MAX_WORDS - 1)}word.`,
    // A colon, a semicolon, a list item and an empty line end a sentence.
    `${'word '.repeat(15)}: ${'word '.repeat(15)}; ${'word '.repeat(15)}`,
    `${'word '.repeat(15)}\n- ${'word '.repeat(15)}\n1. ${'word '.repeat(15)}`,
    `${'word '.repeat(15)}\n\n${'word '.repeat(15)}`,
    // Code and links are one word.
    `Emits \`${'word '.repeat(MAX_WORDS)}\` and {@link ${'word '.repeat(MAX_WORDS)}}.`,
    // Emphasis does not hide the end of a sentence.
    `**${'word '.repeat(15)}.** ${'word '.repeat(15)}`,
    // Tables, headings and code are not read.
    `| ${long} |\n# ${long}\n\`\`\`\n${long}\n\`\`\``,
    `Adds one.\n@example\n${long}`,
    'There is none, and there is no call. It is no longer open.',
  ])('accepts %j', (text) => {
    expect(problemsOf(text)).toEqual([])
  })

  it('reports a sentence that is too long, with its length and its beginning', () => {
    expect(problemsOf(`Short. ${long}`)).toEqual([
      `a sentence of ${MAX_WORDS + 1} words (at most ${MAX_WORDS}): "word word word word word word word word"`,
    ])
  })

  it('reads on after an example', () => {
    expect(problemsOf(`@example\ncode()\n@returns ${long}`)).toHaveLength(1)
  })

  it.each([
    ['It is sent anew.', 'again'],
    ['This error is none.', 'is not one'],
    ['What answers is no relay.', 'is not a'],
    ['Lets go of every source.', 'release'],
    ['It is not there any more.', 'no longer'],
  ])('reports %j and suggests %j', (text, better) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(`write "${better}"`)])
  })
})

describe('the rule', () => {
  const tester = new RuleTester()
  RuleTester.it = it
  RuleTester.describe = describe
  const problem = { messageId: 'problem' }
  tester.run('english', englishRule, {
    valid: [
      '// Sends it again.\nsend()',
      `// ${'word '.repeat(15)}\n\n// ${'word '.repeat(15)}\nsend()`,
      `other('anew')`,
      `new Map(['anew'])`,
      `new CallError('anew', 'sends it again')`,
      'it(name, () => {})',
    ],
    invalid: [
      { code: '// Sends it anew.\nsend()', errors: [problem] },
      { code: `// ${'word '.repeat(15)}\n// ${'word '.repeat(15)}\nsend()`, errors: [problem] },
      { code: '/**\n * Sends it\n * anew.\n */\nsend()', errors: [problem] },
      { code: `throw new TypeError('sends it anew')`, errors: [problem] },
      { code: 'throw new CallError(code, `${name} is sent anew`)', errors: [problem] },
      { code: `it('sends it anew', () => {})`, errors: [problem] },
      { code: `it.each([1])('sends %s anew', () => {})`, errors: [problem] },
      { code: 'it.each`a`("sends it anew", () => {})', errors: [problem] },
    ],
  })
})
