import type { CallErrorCode, CallState, EndReason, MessageType, OpenCall, Side } from '../../../core/index.ts'
import type { Phase } from './rule.ts'

/** What an input must lead to at once. */
export interface ExpectedOutcome {
  /** The state of the call afterwards: the very same as before, or one that has these properties. */
  readonly state: 'same' | ExpectedState
  /** The messages sent, without descriptions and candidates. Undefined if that depends on the camera. */
  readonly says: readonly MessageType[] | undefined
  /** The error reported to the user. */
  readonly error?: CallErrorCode
}

interface ExpectedState {
  readonly phase: Phase
  readonly callId?: string
  readonly user?: string
  readonly party?: string | undefined
  readonly reason?: EndReason
  readonly by?: Side
}

export const unchanged: ExpectedOutcome = { state: 'same', says: [] }

export const refusal = (error: CallErrorCode): ExpectedOutcome => ({ ...unchanged, error })

export const ends = (reason: EndReason, by: Side, says: readonly MessageType[] = []): ExpectedOutcome => ({
  state: { phase: 'ended', reason, by },
  says,
})

/** The messages that tell the other side that this side ended the call. */
export function endMessages(call: OpenCall, leaving = false): MessageType[] {
  if (call.phase === 'calling')
    return call.progress === 'capturing' ? [] : ['cancel', ...call.contacts.map(() => 'cancel' as const)]
  if (call.phase === 'ringing') return [leaving ? 'gone' : 'decline']
  return ['hang-up']
}

/** Describes how the outcome differs from the expected one; undefined if it does not. */
export function difference(
  expected: ExpectedOutcome,
  before: CallState,
  after: CallState,
  said: readonly MessageType[],
  errors: readonly CallErrorCode[],
): string | undefined {
  const { state, says, error } = expected
  const told = said.join(', ') || 'nothing'
  if (state === 'same' && after !== before)
    return `changed the call from ${describe(before)} to ${describe(after)}`
  if (state !== 'same' && !matches(state, after))
    return `led to ${describe(after)} and not to ${JSON.stringify(state)}`
  if (says && says.join() !== said.join()) return `had it say ${told} and not ${says.join(', ') || 'nothing'}`
  if (error !== undefined && !errors.includes(error)) return `was not refused as ${error}`
  return undefined
}

function matches(expected: ExpectedState, call: CallState): boolean {
  const info = call.phase === 'idle' ? undefined : call
  const end = call.phase === 'ended' ? call : undefined
  return (
    call.phase === expected.phase &&
    (expected.callId === undefined || expected.callId === info?.callId) &&
    (expected.user === undefined || expected.user === info?.remote.user) &&
    (expected.party === undefined || expected.party === info?.remote.party) &&
    (expected.reason === undefined || expected.reason === end?.reason) &&
    (expected.by === undefined || expected.by === end?.by)
  )
}

function describe(call: CallState): string {
  if (call.phase === 'idle') return 'idle'
  const end = call.phase === 'ended' ? ` as ${call.reason} by the ${call.by} side` : ''
  return `${call.phase}${end} (${call.callId.slice(-8)} with ${call.remote.user} ${call.remote.party?.slice(-4) ?? ''})`
}
