import type {
  CallError,
  CallEvent,
  CallState,
  ClientState,
  IncomingMessage,
  OutgoingMessage,
  Party,
} from '../../../../src/core/index.ts'
import { virtualId } from '../../../../src/testing/index.ts'
import type { PortCrossing } from '../../../../src/testing/simulator/rules/rule.ts'

// One call of alice with bob, as events and states of made-up clients.

export const alice: Party = { user: 'alice', party: virtualId(1) }
export const bob: Party = { user: 'bob', party: virtualId(2) }
export const bobsPhone: Party = { user: 'bob', party: virtualId(3) }
export const callId = virtualId(0xc1)
export const media = { audio: true, video: true }

const info = { role: 'caller', callId, remote: { user: 'bob' }, media } as const
export const calling = { ...info, phase: 'calling', progress: 'ringing', contacts: [] } satisfies CallState
export const ringing = { ...info, role: 'callee', remote: alice, phase: 'ringing' } satisfies CallState
export const connected = { ...info, remote: bob, phase: 'connected', since: 0 } satisfies CallState
export const connecting = {
  ...info,
  remote: bob,
  phase: 'connecting',
  selected: true,
  peerConnected: false,
} satisfies CallState
export const ended = { ...info, phase: 'ended', at: 0, reason: 'hung-up', by: 'local' } satisfies CallState

export const online: Pick<ClientState, 'connection'> = { connection: { status: 'online', self: alice } }
export const offline: Pick<ClientState, 'connection'> = { connection: { status: 'connecting' } }

export const dialled: CallEvent = { type: 'outgoing', callId, remote: { user: 'bob' }, media }
export const end = (reason: 'hung-up' | 'busy' | 'answered-elsewhere' = 'hung-up'): CallEvent => ({
  type: 'ended',
  at: 0,
  callId,
  reason,
  by: 'remote',
})
export const nothingNew: CallEvent = { type: 'roster', users: [] }
export const isOnline: CallEvent = { type: 'connection', connection: online.connection }
export const isOffline: CallEvent = { type: 'connection', connection: offline.connection }

type Said = Pick<OutgoingMessage, 'type' | 'body' | 'seq' | 'epoch' | 'ttlMs'> & { readonly callId?: string }
const outgoing = (message: Said, to: OutgoingMessage['to']) =>
  ({ v: 1, callId, to, ...message }) as OutgoingMessage
const incoming = (message: Said, from: Party) =>
  ({ v: 1, callId, to: { user: 'x' }, from, ageMs: 0, ...message }) as IncomingMessage

export const send = (message: Said, to: OutgoingMessage['to'] = bob): CallEvent => ({
  type: 'send',
  message: outgoing(message, to),
})
export const transmit = (message: Said, to: OutgoingMessage['to'] = bob): PortCrossing => ({
  type: 'transmit',
  message: outgoing(message, to),
})
export const arrive = (message: Said, from = bob): PortCrossing => ({
  type: 'arrived',
  message: incoming(message, from),
})
export const receive = (message: Said, from = bob): CallEvent => ({
  type: 'received',
  message: incoming(message, from),
})
export const opened = (epoch: number, role: 'offerer' | 'answerer' = 'offerer'): CallEvent => ({
  type: 'peer-opened',
  callId,
  epoch,
  role,
})
export const unlinked = (epoch: number, error?: CallError): CallEvent => ({
  type: 'peer-closed',
  callId,
  epoch,
  ...(error && { error }),
})
export const peer = (epoch: number, event: Extract<CallEvent, { type: 'peer' }>['event']): CallEvent => ({
  type: 'peer',
  callId,
  epoch,
  event,
})
