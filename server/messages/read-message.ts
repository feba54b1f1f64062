import { limits, OutgoingMessage, parse, type RefusalCode } from '../../src/core/protocol/index.ts'
import { isDeeperThan } from './nesting.ts'

type Read =
  | { readonly ok: true; readonly message: OutgoingMessage }
  | { readonly ok: false; readonly code: RefusalCode; readonly problem: string }

/**
 * Checks what a client sent as a message: its depth, its size, then its form. Never throws. Returns the input itself as
 * the message. A copy would cost more than the check, and the check covers every part.
 */
export function readMessage(input: unknown): Read {
  if (isDeeperThan(input, limits.nesting)) return tooDeep
  const mayBeLarge = isMaybeLarge(input)
  if (mayBeLarge) {
    const problem = sizeProblem(input)
    if (problem) return problem
  }
  const parsed = parse(OutgoingMessage, input)
  if (parsed.ok) return { ok: true, message: input as OutgoingMessage }
  const { problem } = parsed
  return (mayBeLarge ? undefined : sizeProblem(input)) ?? { ok: false, code: 'invalid-message', problem }
}

/**
 * Whether a valid message could be too large, or its form costly to check. Most are far from both and need not be
 * measured. JSON writes a character as at most six bytes. A message without description and candidates has less than 2
 * KB.
 */
function isMaybeLarge(input: unknown): boolean {
  if (!isObject(input) || !isObject(input['body'])) return true
  const { sdp, list } = input['body']
  if (typeof sdp === 'string') return sdp.length > 12_000
  return Array.isArray(list) && list.length > 8
}

const tooDeep = {
  ok: false,
  code: 'invalid-message',
  problem: `message: nested more than ${limits.nesting} levels deep`,
} as const

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function sizeProblem(input: unknown): Extract<Read, { ok: false }> | undefined {
  // The types do not say so, but a value that is not JSON results in undefined.
  const json = JSON.stringify(input) as string | undefined
  const size = Buffer.byteLength(json ?? '')
  if (size <= limits.message) return undefined
  const problem = `message: at most ${limits.message} bytes as JSON, this one has ${size}`
  return { ok: false, code: 'message-too-large', problem }
}
