import type { CallError } from './errors.ts'
import type { CallEvent, ConnectionState } from './events.ts'
import type { Recovery } from './call/recovery/plan.ts'
import { idle, isOpen, reduceCall, type CallState } from './call/state.ts'
import type { MediaStatus } from './protocol/index.ts'
import { addEndedCall, addDismissedInvite, type EndedCalls } from './call/setup/ended-calls.ts'

/** Everything that a UI can show of a client: plain, immutable data (and the two streams). */
export interface ClientState {
  readonly call: CallState
  readonly connection: ConnectionState
  /** Why this client can be in no call, if it cannot. */
  readonly unavailable: CallError | null
  /** Who can be called, without this client's own user. */
  readonly roster: readonly string[]
  readonly localStream: MediaStream | null
  readonly remoteStream: MediaStream | null
  readonly muted: Muted
  /** What each side sends; `null` before that is known, and without a call. */
  readonly localMedia: MediaStatus | null
  readonly remoteMedia: MediaStatus | null
  /** What is wrong with the connection of the open call, and what is tried about it. */
  readonly recovery: Recovery | null
  /** Calls that are over; none of them rings again. */
  readonly endedCalls: EndedCalls
}

export interface Muted {
  readonly audio: boolean
  readonly video: boolean
}

const nothing = {
  localStream: null,
  remoteStream: null,
  muted: { audio: false, video: false },
  localMedia: null,
  remoteMedia: null,
  recovery: null,
} as const

export const initialState: ClientState = {
  call: idle,
  connection: { status: 'connecting' },
  unavailable: null,
  roster: [],
  endedCalls: [],
  ...nothing,
}

/** The model after `event`. Pure; what an event does not concern stays the very same object. */
export function reduce(model: ClientState, event: CallEvent): ClientState {
  switch (event.type) {
    case 'connection':
      return {
        ...model,
        connection: event.connection,
        ...(event.connection.status === 'online' ? {} : { roster: [] }),
      }
    case 'left':
      return { ...model, connection: { status: 'closed' }, roster: [] }
    case 'unavailable':
      return { ...model, unavailable: event.error }
    case 'roster':
      return { ...model, roster: event.users }
    case 'captured':
      return { ...model, call: reduceCall(model.call, event), localStream: event.stream }
    case 'muted':
      return { ...model, muted: { ...model.muted, [event.kind]: event.muted } }
    case 'local-media':
      return { ...model, localMedia: event.media }
    case 'remote-media':
      return { ...model, remoteMedia: event.media }
    case 'recovering':
      return { ...model, recovery: event.recovery }
    case 'peer':
      return event.event.type === 'track-added' && event.event.stream !== model.remoteStream
        ? { ...model, remoteStream: event.event.stream }
        : model
    case 'dismissed':
      return {
        ...model,
        endedCalls: addDismissedInvite(model.endedCalls, event.invite.callId, event.invite.user),
      }
    case 'action':
    case 'received':
    case 'send':
    case 'refused':
    case 'error':
    case 'opened':
    case 'command':
    case 'text':
    case 'capture-opened':
    case 'capture-failed':
    case 'uncaptured':
    case 'peer-closed':
    case 'replacing':
    case 'recovery-failed':
      return model
    default: {
      const call = reduceCall(model.call, event)
      if (call === model.call) return model
      // A call that gave way is nobody's any more.
      if (event.type === 'yielded')
        return { ...model, call, endedCalls: addEndedCall(model.endedCalls, event.callId) }
      if (call.phase !== 'ended') return { ...model, call }
      const endedCalls = addEndedCall(model.endedCalls, call.callId)
      return { ...model, call, endedCalls, ...nothing }
    }
  }
}

/**
 * Whether `event` still matters: nothing happens in a call any more after it ended or gave way to another, and none
 * begins while one is open.
 */
export function isCurrent({ call }: ClientState, event: CallEvent): boolean {
  if (!('callId' in event)) return true
  if (event.type === 'outgoing' || event.type === 'incoming') return !isOpen(call)
  return isOpen(call) && call.callId === event.callId
}
