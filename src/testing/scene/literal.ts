/** The line width of the generated code, in characters. */
const WIDTH = 110

/**
 * Writes plain data as JavaScript, laid out as Prettier does with single quotes.
 *
 * @param indent The indentation of the line on which the data begins, in characters.
 * @param before How many characters that line has before the data.
 * @param after How many characters follow the data on its last line.
 */
export function literal(value: unknown, indent = 0, before = indent, after = 0): string {
  const line = flat(value)
  if (typeof value !== 'object' || value === null) return line
  if (!mustBreak(value) && before + line.length + after <= WIDTH) return line
  const inner = indent + 2
  const space = ' '.repeat(inner)
  const [open, close] = Array.isArray(value) ? (['[', ']'] as const) : (['{', '}'] as const)
  const parts = Array.isArray(value)
    ? value.map((part) => space + literal(part, inner, inner, 1))
    : Object.entries(value).map(([name, part]) => {
        const key = `${space}${keyOf(name)}: `
        return key + literal(part, inner, key.length, 1)
      })
  return [open, ...parts.map((part) => `${part},`), ' '.repeat(indent) + close].join('\n')
}

function flat(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(flat).join(', ')}]`
  const parts = Object.entries(value).map(([name, part]) => `${keyOf(name)}: ${flat(part)}`)
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
}

/** Whether several lines are needed, even if one has room: in a list of lists or of objects. */
function mustBreak(value: object): boolean {
  const parts: unknown[] = Object.values(value)
  const isList =
    Array.isArray(value) && parts.length > 1 && (parts.every(isLongList) || parts.every(isLongObject))
  return isList || parts.some((part) => typeof part === 'object' && part !== null && mustBreak(part))
}

const isLongList = (part: unknown): boolean => Array.isArray(part) && part.length > 1
const isLongObject = (part: unknown): boolean =>
  typeof part === 'object' && part !== null && !Array.isArray(part) && Object.keys(part).length > 1

function keyOf(name: string): string {
  // As a plain key, it would set the prototype.
  if (name === '__proto__') return `['__proto__']`
  return /^[a-z_$][\w$]*$/i.test(name) ? name : quoted(name)
}

/** Writes a string with single quotes, or with double ones if those need fewer escapes. */
export function quoted(text: string): string {
  const plain = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')
  const count = (quote: string) => text.split(quote).length - 1
  const quote = count("'") > count('"') ? '"' : "'"
  return quote + plain.replaceAll(quote, `\\${quote}`) + quote
}
