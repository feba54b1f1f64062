import { defaultSettings } from '../../../core/index.ts'
import type { CallErrorCode, CallEvent, CallState, ClientState, MessageType } from '../../../core/index.ts'
import { difference, ends, unchanged, type ExpectedOutcome } from './expected-outcome.ts'
import { expectedOfMessage, type Spent } from './expected-of-message.ts'
import { expectedOfAction } from './expected-of-action.ts'
import { callerHistory, callerTypes, type CallerHistory } from './caller-history.ts'
import type { SimulatedClient } from '../simulated-client.ts'
import type { AskedInvite } from './obeys-callers.ts'
import { on, perClient, type MakeRule } from './rule.ts'
import { waitingAfter, waitingTypes, type WaitingInvite } from './second-invite.ts'

interface Past {
  readonly spent: Spent
  readonly callers: CallerHistory
  /** The invites that the port `callers` was asked about. */
  readonly asked: AskedInvite[]
  /** The devices that were too late for a call. */
  readonly late: Set<string>
  /** An invite that waits for what the open call's connection shows. */
  waiting: WaitingInvite | undefined
  /** The peers are connected. */
  isUp: boolean
  /** The peer connection broke, failed or is being replaced. The consequences are for other rules. */
  isDisturbed: boolean
  readonly inputs: { name: string; before: CallState; expected: ExpectedOutcome }[]
  readonly said: MessageType[]
  readonly errors: CallErrorCode[]
}

const signals: readonly MessageType[] = ['offer', 'answer', 'candidates', 'renegotiate']
const cameraErrors: readonly (CallErrorCode | undefined)[] = [
  'no-device',
  'permission-denied',
  'device-in-use',
  'capture-failed',
]

const types = [
  ...waitingTypes,
  ...callerTypes,
  'refused',
  'peer-opened',
  'peer',
  'send',
  'error',
  'media',
  'peer-closed',
  'command',
  'yielded',
] as const

/**
 * Each input leads at once to what docs/protocol.md specifies, and to nothing else. This implements the expectation a
 * second time, without streams, from the client's earlier state.
 */
export const followsProtocol: MakeRule = (report) => {
  const pasts = perClient((): Past => ({
    spent: new Set(),
    callers: callerHistory(),
    asked: [],
    late: new Set(),
    waiting: undefined,
    isUp: false,
    isDisturbed: false,
    inputs: [],
    said: [],
    errors: [],
  }))
  return {
    events: on(types, (client, { event, state }, before, now) => {
      const past = pasts(client)
      if (event.type === 'ended' && event.by === 'local' && cameraErrors.includes(event.error?.code)) {
        const reason = reasonOf(event.error?.code)
        if (event.reason !== reason) report(client, now, `${event.error?.code} ended it as ${event.reason}`)
      }
      const { waiting } = past
      past.waiting = waitingAfter(waiting, event, before, client.awakeMs(now))
      if (waiting && event.type === 'dismissed' && event.invite.callId === waiting.callId)
        past.spent.add(`${waiting.callId} ${waiting.user}`)
      // A waiting invite may ring as soon as the call ends, whatever ended it.
      if (waiting && event.type === 'ended') past.isDisturbed = true
      const expected = expectedOf(event, before, past, now, client)
      past.callers.record(event, state, now)
      if (event.type === 'peer-opened') past.isUp = false
      if (event.type === 'peer' && event.event.type === 'connection-state')
        past.isUp = event.event.state === 'connected'
      if (expected) past.inputs.push({ name: nameOf(event), before: before.call, expected })
      if (event.type === 'send' && !signals.includes(event.message.type)) past.said.push(event.message.type)
      if (event.type === 'error') past.errors.push(event.error.code)
      // A captured device changes what the call sends, whatever else happens at the same moment.
      if (disturbs(event) || (event.type === 'media' && state.call !== before.call)) past.isDisturbed = true
      if (event.type === 'ended' || event.type === 'yielded') past.spent.add(event.callId)
    }),
    rested(client, now) {
      const past = pasts(client)
      const [input] = past.inputs
      const call = client.state()
      // If two inputs are handled together, their outcomes cannot be told apart.
      if (input && past.inputs.length === 1 && !past.isDisturbed && !endedByDevice(call, input.before)) {
        const problem = difference(input.expected, input.before, call, past.said, past.errors)
        if (problem !== undefined) report(client, now, `${input.name} ${problem}`)
      }
      past.isDisturbed = false
      past.inputs.length = past.said.length = past.errors.length = 0
    },
  }
}

function disturbs(event: CallEvent): boolean {
  if (event.type === 'peer-opened') return event.epoch > 0
  return event.type === 'peer-closed' || (event.type === 'command' && event.command.type === 'replace')
}

/** The camera can end a call the moment it begins or is accepted. A peer connection can when it gets a description. */
function endedByDevice(call: CallState, before: CallState): boolean {
  if (call === before || call.phase !== 'ended') return false
  if (call.error?.code === 'negotiation-failed') return call.reason === 'failed'
  if (!cameraErrors.includes(call.error?.code)) return false
  return call.reason === reasonOf(call.error?.code)
}

/** Refusing the permission is the user's way of giving up the call. */
const reasonOf = (code: CallErrorCode | undefined) =>
  code === 'permission-denied' ? 'cancelled' : 'media-error'

function expectedOf(
  event: CallEvent,
  before: ClientState,
  { spent, isUp, callers, asked, late }: Past,
  now: number,
  client: SimulatedClient,
): ExpectedOutcome | undefined {
  const { call } = before
  switch (event.type) {
    case 'action':
      return expectedOfAction(event.action, before, ignoredOf(asked, spent, now))
    case 'received':
      return expectedOfMessage(event.message, call, {
        spent,
        isUp,
        callers,
        now,
        features: knownHere(client, before),
        verdictOn: client.verdictOn,
        asked,
        late,
      })
    case 'refused':
      if (call.phase !== 'calling' || event.message.callId !== call.callId || event.message.type !== 'invite')
        return unchanged
      // Only the first invite reveals that nobody is there.
      if (
        event.error.code === 'unreachable' &&
        (call.contacts.length > 0 || event.message.ttlMs !== defaultSettings.ringMs)
      )
        return unchanged
      return ends(event.error.code === 'unreachable' ? 'unreachable' : 'failed', 'remote')
    default:
      return undefined
  }
}

/** The latest call of each ignored user that still rings for its caller. */
function ignoredOf(asked: readonly AskedInvite[], spent: Spent, now: number) {
  const { ringMs, minRingMs } = defaultSettings
  return (user: string) => {
    const last = asked.findLast(({ invite, verdict }) => verdict === 'ignore' && invite.from.user === user)
    if (!last) return undefined
    const { callId, ageMs, ttlMs = ringMs } = last.invite
    const isOver = spent.has(callId) || spent.has(`${callId} ${user}`)
    return isOver || ttlMs - ageMs - (now - last.at) < minRingMs ? undefined : last.invite
  }
}

/** The features that the client may name. */
function knownHere({ features }: SimulatedClient, { connection }: ClientState): string[] {
  const relays = connection.status === 'online' ? (connection.features ?? []) : []
  return features.filter(({ id, usesRelay }) => !usesRelay || relays.includes(id)).map(({ id }) => id)
}

function nameOf(event: CallEvent): string {
  if (event.type === 'action') return `the action ${event.action.type}`
  if (event.type === 'received' || event.type === 'refused') return `${event.type} ${event.message.type}`
  return event.type
}
