import { CallError, reasonOf } from '../../core/errors.ts'

/** simple-peer's codes for what went wrong with a description or a candidate. */
const negotiation = new Set([
  'ERR_SIGNALING',
  'ERR_CREATE_OFFER',
  'ERR_CREATE_ANSWER',
  'ERR_SET_LOCAL_DESCRIPTION',
  'ERR_SET_REMOTE_DESCRIPTION',
  'ERR_ADD_ICE_CANDIDATE',
])

/** Converts simple-peer's error to a CallError; `detail.peerCode` is simple-peer's code. */
export function peerError(thrown: unknown): CallError {
  if (CallError.is(thrown)) return thrown
  const code = codeOf(thrown)
  const reason = reasonOf(thrown)
  const options = { cause: thrown, ...(code === undefined ? {} : { detail: { peerCode: code } }) }
  return code !== undefined && negotiation.has(code)
    ? new CallError('negotiation-failed', `a description or candidate could not be applied${reason}`, options)
    : new CallError('connection-failed', `the peer connection failed${reason}`, options)
}

/**
 * Whether simple-peer's error means that the other side closed its connection. Chromium reports that as an SCTP abort
 * by the user (RFC 9260, 3.3.10.12), through the data channel's `error` event.
 */
export function isRemoteClose(thrown: unknown): boolean {
  return codeOf(thrown) === 'ERR_DATA_CHANNEL' && reasonOf(thrown).includes('User-Initiated Abort')
}

function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}
