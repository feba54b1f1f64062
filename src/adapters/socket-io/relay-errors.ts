import { CallError } from '../../core/errors.ts'

/** Why the handshake failed. Retrying is pointless for `name-taken`, `invalid-name` and `relay-refused`. */
export function handshakeError(thrown: Error & { readonly data?: unknown }): CallError {
  const { code, problem } = refusal(thrown.data)
  const options = { cause: thrown, ...(code === '' ? {} : { detail: code }) }
  const reason = problem === '' ? thrown.message : problem
  if (code === 'name-taken') return new CallError('name-taken', `the name is taken: ${reason}`, options)
  if (code === 'invalid-name')
    return new CallError('invalid-name', `the relay refused the name: ${reason}`, options)
  if (code === 'too-many-parties')
    return new CallError('relay-refused', `the user is connected too often: ${reason}`, options)
  if (code === 'invalid-claim') {
    return new CallError('relay-refused', `the relay does not understand this client: ${reason}`, options)
  }
  return new CallError('relay-unreachable', `connecting to the relay failed: ${reason}`, options)
}

/** Whether another try would end in the same way. */
export function isFinal(error: CallError): boolean {
  return error.code !== 'relay-unreachable'
}

/** Why the relay did not take a message, or null if it did. */
export function receiptError(receipt: unknown): CallError | null {
  if (typeof receipt !== 'object' || receipt === null || !('ok' in receipt) || receipt.ok !== false)
    return null
  const { code, problem } = refusal(receipt)
  if (code === 'unreachable')
    return new CallError('unreachable', `nobody there: ${problem}`, { detail: code })
  const message = `the relay refused the message: ${problem}`
  return new CallError(code === 'invalid-message' ? 'invalid-message' : 'relay-refused', message, {
    detail: code,
  })
}

function refusal(data: unknown): { readonly code: string; readonly problem: string } {
  if (typeof data !== 'object' || data === null) return { code: '', problem: '' }
  const code = 'code' in data && typeof data.code === 'string' ? data.code : ''
  const problem = 'problem' in data && typeof data.problem === 'string' ? data.problem : ''
  return { code, problem }
}
