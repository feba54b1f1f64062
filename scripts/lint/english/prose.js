/** The longest sentence, in words. Code in backquotes and links count as one word; a colon or semicolon ends a sentence. */
export const MAX_WORDS = 20

/**
 * Phrases that read as translated, and what an engineer would write instead.
 *
 * @type {readonly (readonly [RegExp, string])[]}
 */
const phrases = [
  [/\banew\b/i, 'again'],
  [/\bat the most\b/i, 'at most'],
  [/\bfor good\b/i, 'permanently'],
  [/\bof (?:one's|its|their) own accord\b/i, 'by itself'],
  [/\b(?:one|ones) of (?:its|one's|their) own\b/i, 'another'],
  [/(?<!there )\bis none\b/i, 'is not one'],
  [/(?<!there |here |where )\bis no (?!longer\b)/i, 'is not a'],
  [/\bare none\b/i, 'are not'],
  [/\bis nobody's\b/i, 'belongs to nobody'],
  [/\b(?:no|not) (?:\w+ )?any ?more\b/i, 'no longer'],
  [/\bno more than\b(?! \d)/i, 'at most'],
  [/\bso many\b/i, 'the number'],
  [/\bwhat (?:becomes|became|comes) of\b/i, 'the outcome'],
  [/\blets? go of\b/i, 'release'],
  [/\b(?:takes?|taken|took) in that\b/i, 'note that'],
  [/\b(?:keeps?|kept) back\b/i, 'buffer'],
  [/\bwithout a word\b/i, 'silently'],
  [/\bby and by\b/i, 'gradually'],
  [/\ball the same\b/i, 'nevertheless'],
  [/\blong since\b/i, 'already'],
  [/\bone and the same\b/i, 'the same'],
  [/\bas soon as may be\b/i, 'as soon as possible'],
  [/\bmeans nothing\b/i, 'has no effect'],
  [/\bwhoever\b/i, 'anyone who'],
]

/**
 * Finds the sentences that are too long, and the phrases that read as translated. Pure.
 *
 * @param {string} text Markdown, without the marks of a comment. Tables, headings and code are not read.
 * @returns {string[]} A problem each, with the beginning of its sentence.
 */
export function problemsOf(text) {
  const found = []
  for (const sentence of sentencesOf(text)) {
    const words = wordsIn(sentence)
    if (words > MAX_WORDS)
      found.push(`a sentence of ${words} words (at most ${MAX_WORDS}): "${opening(sentence)}"`)
    for (const [phrase, better] of phrases) {
      const [match] = phrase.exec(sentence) ?? []
      if (match)
        found.push(`"${match}" reads as translated; write "${better}" or the like: "${opening(sentence)}"`)
    }
  }
  return found
}

/** @type {(sentence: string) => string} */
const opening = (sentence) => sentence.split(' ').slice(0, 8).join(' ')

/** @type {(sentence: string) => number} */
const wordsIn = (sentence) => sentence.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word)).length

/** @type {(text: string) => string[]} */
function sentencesOf(text) {
  return paragraphsOf(text).flatMap((paragraph) =>
    paragraph
      .replace(/\{@link ([^}]*)\}/g, 'X')
      .replace(/`[^`]*`/g, 'X')
      .replace(/\*\*/g, '')
      .replace(/\s+/g, ' ')
      .trim()
      .split(/(?<=[.?!:;…]["')]?) (?=\S)/)
      .filter((sentence) => sentence !== ''),
  )
}

/**
 * Splits at empty lines, list items and tags. Drops tables, headings and code.
 *
 * @type {(text: string) => string[]}
 */
function paragraphsOf(text) {
  /** @type {string[][]} */
  const paragraphs = [[]]
  let isCode = false
  for (const line of text.split('\n')) {
    if (/^\s*```/.test(line)) isCode = !isCode
    // An example is code up to the next tag.
    if (/^\s*@example\b/.test(line)) isCode = true
    else if (/^\s*@\w/.test(line)) isCode = false
    if (isCode || /^\s*[|#]/.test(line)) {
      paragraphs.push([])
      continue
    }
    if (/^\s*$|^\s*(?:[-*]|\d+\.) |^\s*@\w/.test(line)) paragraphs.push([])
    paragraphs
      .at(-1)
      ?.push(line.replace(/^\s*(?:[-*]|\d+\.) /, '').replace(/^\s*@\w+\s*(?:\{.*\}\s*\S+)?/, ''))
  }
  return paragraphs.map((lines) => lines.join(' '))
}
