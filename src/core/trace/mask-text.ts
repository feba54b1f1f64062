import { DataMessage, dataMessageTypes, parse } from '../protocol/index.ts'

/** Deeper than any data channel message. */
const MAX_DEPTH = 8

/** Types that stay, because the core depends on them. It knows neither any other type nor its stand-in. */
const types: readonly unknown[] = dataMessageTypes

/**
 * Masks each character with one of the same size in UTF-8, so everything that depends on a text's length stays.
 * Masking a masked text changes nothing.
 */
export function maskText(text: string): string {
  return Array.from(text, (character) => standIn(character.codePointAt(0) ?? 0)).join('')
}

function standIn(codePoint: number): string {
  if (codePoint < 0x80) return 'x'
  if (codePoint < 0x800) return '·'
  return codePoint < 0x1_0000 ? '•' : '😶'
}

/**
 * Masks every text in a data channel message. The message stays as readable or unreadable as before. A known
 * message without a text stays unchanged, because the core depends on it.
 */
export function maskData(data: unknown): unknown {
  if (typeof data !== 'string') return maskAll(data, 0)
  try {
    const value: unknown = JSON.parse(data)
    const message = parse(DataMessage, value)
    return message.ok && message.value.type !== 'text' ? data : JSON.stringify(maskAll(value, 0))
  } catch {
    return maskText(data)
  }
}

function maskAll(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return null
  if (Array.isArray(value)) return value.map((each) => maskAll(each, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === 'type' && types.includes(each) ? each : maskAll(each, depth + 1),
    ]),
  )
}
