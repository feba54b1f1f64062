import { limits, OutgoingMessage, parse, type RefusalCode } from '../src/core/protocol/index.ts'

type Read =
  | { readonly ok: true; readonly message: OutgoingMessage }
  | { readonly ok: false; readonly code: RefusalCode; readonly problem: string }

/** Checks what a client sent as a message: its size first, then its form. Never throws. */
export function readMessage(input: unknown): Read {
  const size = jsonSize(input)
  if (size === undefined)
    return { ok: false, code: 'invalid-message', problem: 'message: nested too deeply, or no JSON' }
  if (size > limits.message) {
    const problem = `message: at most ${limits.message} bytes as JSON, this one has ${size}`
    return { ok: false, code: 'message-too-large', problem }
  }
  const parsed = parse(OutgoingMessage, input)
  if (!parsed.ok) return { ok: false, code: 'invalid-message', problem: parsed.problem }
  return { ok: true, message: parsed.value }
}

function jsonSize(input: unknown): number | undefined {
  try {
    return Buffer.byteLength(JSON.stringify(input))
  } catch {
    // A RangeError: the input is nested deeper than the stack.
    return undefined
  }
}
