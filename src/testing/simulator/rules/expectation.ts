import type { CallErrorCode, CallState, EndReason, MessageType, OpenCall, Side } from '../../../core/index.ts'
import type { Phase } from './rule.ts'

/** What an input has to lead to at once. */
export interface Expectation {
  /** The state of the call afterwards: the very same as before, or one that has these properties. */
  readonly state: 'same' | ExpectedState
  /** The messages that are sent, descriptions and candidates left out. Undefined where that depends on the camera. */
  readonly says: readonly MessageType[] | undefined
  /** The error that the user is told. */
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

export const unchanged: Expectation = { state: 'same', says: [] }

export const refusal = (error: CallErrorCode): Expectation => ({ ...unchanged, error })

export const ends = (reason: EndReason, by: Side, says: readonly MessageType[] = []): Expectation => ({
  state: { phase: 'ended', reason, by },
  says,
})

/** What the other side is told when this one ends the call by itself. */
export function goodbye(call: OpenCall, leaving = false): MessageType[] {
  if (call.phase === 'calling')
    return call.progress === 'capturing' ? [] : ['cancel', ...call.contacts.map(() => 'cancel' as const)]
  if (call.phase === 'ringing') return [leaving ? 'gone' : 'decline']
  return ['hang-up']
}

/** In words what is not as expected; undefined where everything is. */
export function differs(
  expected: Expectation,
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
