import { CallError } from '../../core/errors.ts'
import { isHeldByOthers } from '../../core/protocol/claim-again.ts'

/** The relay's refusals of a token that a retry with a newer token cannot fix. */
const finalForTokens = new Set(['token-missing', 'token-invalid', 'name-mismatch', 'not-allowed'])

/**
 * Why the handshake failed. {@link isFinal} says whether to retry.
 *
 * @param about `renews`: whether the next try has a new token, so an expired one can be retried. `advice`: what to
 *   check if the relay gave no reason.
 */
export function handshakeError(
  thrown: Error & { readonly data?: unknown; readonly description?: unknown },
  { renews, advice }: { readonly renews: boolean; readonly advice: string },
): CallError {
  const { code, problem } = refusal(thrown.data)
  const options = { cause: thrown, ...(code === '' ? {} : { detail: { relayCode: code } }) }
  const reason = problem === '' ? thrown.message : problem
  if (code === 'name-taken') return new CallError('name-taken', `the name is taken: ${reason}`, options)
  if (code === 'invalid-name')
    return new CallError('invalid-name', `the relay refused the name: ${reason}`, options)
  if (code === 'too-many-parties')
    return new CallError('relay-refused', `the user has too many connections: ${reason}`, options)
  if (code === 'invalid-claim') {
    return new CallError('relay-refused', `the relay does not understand this client: ${reason}`, options)
  }
  if (finalForTokens.has(code))
    return new CallError('relay-refused', `the relay refused this user: ${reason}`, options)
  if (code === 'token-expired') return expiredToken(reason, renews, thrown)
  const message = `connecting to the relay failed: ${reason}`
  if (code !== '') return new CallError('relay-unreachable', message, options)
  return new CallError(
    'relay-unreachable',
    `${message}${transportReason(thrown.description)}; ${advice}`,
    options,
  )
}

/** The reason that a transport gives: the HTTP status of a poll, or, outside a browser, the WebSocket's error. */
function transportReason(description: unknown): string {
  if (typeof description === 'number' && description > 0) return ` (status ${description})`
  if (typeof description !== 'object' || description === null || !('message' in description)) return ''
  const { message } = description
  return typeof message === 'string' && message !== '' ? ` (${message})` : ''
}

/** An announced loss that is repaired at once, so nothing is wrong. */
export class PlannedLoss extends CallError {}

/** The token expired, at the handshake or later. Final if every attempt would send the same token. */
export function expiredToken(reason: string, renews: boolean, cause?: unknown): CallError {
  const options = { detail: { relayCode: 'token-expired' }, ...(cause === undefined ? {} : { cause }) }
  if (!renews) {
    const advice = 'pass a function as token, to get a fresh one for each connection'
    return new CallError('relay-refused', `the token has expired: ${reason}; ${advice}`, options)
  }
  const message = `the token has expired, and a fresh one is used: ${reason}`
  // If the token was accepted before, it has only expired. Otherwise its issuer is at fault.
  return cause === undefined
    ? new PlannedLoss('relay-unreachable', message, options)
    : new CallError('relay-unreachable', message, options)
}

/**
 * Whether another attempt would fail in the same way. A name or place that this client held before may become free
 * again.
 */
export function isFinal(error: CallError, wasOnline: boolean): boolean {
  return error.code !== 'relay-unreachable' && !(wasOnline && isHeldByOthers(error.detail.relayCode))
}

/** Why the relay did not accept a message, or null if it did. */
export function receiptError(receipt: unknown): CallError | null {
  if (typeof receipt !== 'object' || receipt === null || !('ok' in receipt) || receipt.ok !== false)
    return null
  const { code, problem } = refusal(receipt)
  if (code === 'unreachable')
    return new CallError('unreachable', `nobody there: ${problem}`, { detail: { relayCode: code } })
  const message = `the relay refused the message: ${problem}`
  return new CallError(code === 'invalid-message' ? 'invalid-message' : 'relay-refused', message, {
    detail: { relayCode: code },
  })
}

/** The code and the problem in a relay's refusal; empty if missing. */
export function refusal(data: unknown): { readonly code: string; readonly problem: string } {
  if (typeof data !== 'object' || data === null) return { code: '', problem: '' }
  const code = 'code' in data && typeof data.code === 'string' ? data.code : ''
  const problem = 'problem' in data && typeof data.problem === 'string' ? data.problem : ''
  return { code, problem }
}
