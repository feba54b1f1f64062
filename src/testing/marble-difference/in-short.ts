import { areNotified, type Notified } from './notified.ts'

/** How many levels of an object are written out, and how many items of each. */
const LEVELS = 4
const ITEMS = 12

/** Writes a value on one line of at most `length` characters, much like its source text. */
export function inShort(value: unknown, length = 100): string {
  const text = write(value, LEVELS)
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

function write(value: unknown, levels: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 200))
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `function ${value.name}`.trimEnd()
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Error) return writeError(value, levels)
  if (value instanceof Date && !Number.isNaN(value.getTime())) return `Date ${value.toISOString()}`
  if (value instanceof Date || value instanceof RegExp) return String(value)
  if (levels === 0) return '…'
  if (value instanceof Map || value instanceof Set)
    return `${className(value)}${write([...(value as Iterable<unknown>)], levels)}`
  if (!Array.isArray(value)) return `${className(value)}${writeFields(value, levels - 1)}`
  if (value.length > 0 && areNotified(value)) return `a stream of ${writeStream(value, levels - 1)}`
  return `[${several(value, (item) => write(item, levels - 1))}]`
}

function writeFields(value: object, levels: number): string {
  const fields = several(Object.entries(value), ([key, field]) => `${key}: ${write(field, levels)}`)
  return fields === '' ? '{}' : `{ ${fields} }`
}

function writeError(error: Error, levels: number): string {
  const text = `${error.name}: ${error.message}`
  const fields = Object.entries(error).filter(([key]) => key !== 'name' && key !== 'message')
  return fields.length === 0 || levels === 0
    ? text
    : `${text} ${writeFields(Object.fromEntries(fields), levels - 1)}`
}

/** An inner Observable, of which RxJS keeps the notifications. */
function writeStream(notified: readonly Notified[], levels: number): string {
  return several(notified, ({ frame, notification }) => {
    if (notification.kind === 'C') return `completion at ${frame} ms`
    const { kind } = notification
    return `${write(kind === 'N' ? notification.value : notification.error, levels)} at ${frame} ms`
  })
}

function several<T>(items: readonly T[], toText: (item: T) => string): string {
  const texts = items.slice(0, ITEMS).map(toText)
  return [...texts, ...(items.length > ITEMS ? ['…'] : [])].join(', ')
}

/** Followed by a space; empty for plain objects. */
function className(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype ? '' : `${value.constructor.name} `.trimStart()
}
