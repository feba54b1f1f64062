import type { CallError } from './errors.ts'
import type { CallEvent, ConnectionState, EventType, Fact, Input, Muted, Recovery } from './events.ts'
import { isOfUnknownType } from './call/data-channel/messages.ts'
import { reduceCall } from './call/reduce-call.ts'
import { idle, isOpen, type CallFact, type CallState } from './call/state.ts'
import type { MediaStatus } from './protocol/index.ts'
import { markFailed, noMessages, putMessage, type MessageLog } from './call/data-channel/message-log.ts'
import { addEndedCall, addDismissedInvite, type EndedCalls } from './call/setup/ended-calls.ts'

/** Everything about a client that a UI can show: plain, immutable data, and the two streams. */
export interface ClientState {
  readonly call: CallState
  readonly connection: ConnectionState
  /** Why this client cannot make or answer calls; `null` if it can. */
  readonly unavailable: CallError | null
  /** The users who can be called, without this client's own. */
  readonly roster: readonly string[]
  readonly localStream: MediaStream | null
  readonly remoteStream: MediaStream | null
  readonly muted: Muted
  /** What each side sends; `null` before that is known, and without a call. */
  readonly localMedia: MediaStatus | null
  readonly remoteMedia: MediaStatus | null
  /** What is wrong with the open call's connection, and what is being tried. */
  readonly recovery: Recovery | null
  /** The latest 500 texts of the open or the last call, oldest first. */
  readonly messages: MessageLog
  /** Calls that are over; none of them rings again. */
  readonly endedCalls: EndedCalls
  /**
   * How many data channel messages of the open or the last call were ignored. This version does not know their type.
   */
  readonly ignoredData: number
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
  messages: noMessages,
  endedCalls: [],
  ignoredData: 0,
  ...nothing,
}

/** The state is a fold over inputs and facts. */
type Folded = Input | Fact
type Reducer = (state: ClientState, event: CallEvent) => ClientState
type Reducers = {
  readonly [T in Folded['type']]?: (state: ClientState, event: Extract<Folded, { type: T }>) => ClientState
}

const reducers: Reducers = {
  connection: (state, { connection }) => ({
    ...state,
    connection,
    roster: connection.status === 'online' ? state.roster : [],
  }),
  unavailable: (state, { error }) => ({ ...state, unavailable: error }),
  roster: (state, { users }) => ({ ...state, roster: users }),
  peer: (state, { event }) => {
    if (event.type === 'data' && isOfUnknownType(event.data))
      return { ...state, ignoredData: state.ignoredData + 1 }
    return event.type === 'track-added' && event.stream !== state.remoteStream
      ? { ...state, remoteStream: event.stream }
      : state
  },
  dismissed: (state, { invite }) => ({
    ...state,
    endedCalls: addDismissedInvite(state.endedCalls, invite.callId, invite.user),
  }),
  media: (state, fact) => ({
    ...reduceOpenCall(state, fact),
    localStream: fact.media.stream,
    muted: fact.media.muted,
    localMedia: fact.media.status,
  }),
  'remote-media': (state, { media }) => ({ ...state, remoteMedia: media }),
  recovering: (state, { recovery }) => ({ ...state, recovery }),
  text: (state, { message }) => ({ ...state, messages: putMessage(state.messages, message) }),
  outgoing: beginCall,
  incoming: beginCall,
  'remote-ringing': reduceOpenCall,
  answered: reduceOpenCall,
  selected: reduceOpenCall,
  'peer-connected': reduceOpenCall,
  interrupted: reduceOpenCall,
  yielded: (state, fact) => {
    const after = reduceOpenCall(state, fact)
    // After losing glare, our call id is dead; the call continues under theirs.
    return after === state ? state : { ...after, endedCalls: addEndedCall(state.endedCalls, fact.callId) }
  },
  ended: (state, fact) => {
    const after = reduceOpenCall(state, fact)
    return after === state
      ? state
      : {
          ...after,
          ...nothing,
          messages: markFailed(state.messages),
          endedCalls: addEndedCall(state.endedCalls, fact.callId),
        }
  },
}

function beginCall(state: ClientState, fact: CallFact): ClientState {
  const after = reduceOpenCall(state, fact)
  return after === state ? state : { ...after, messages: noMessages, ignoredData: 0 }
}

function reduceOpenCall(state: ClientState, fact: CallFact): ClientState {
  const call = reduceCall(state.call, fact)
  return call === state.call ? state : { ...state, call }
}

/**
 * The state after `event`. Pure. An event that changes nothing returns the same object. So does every {@link Effect},
 * whose result comes back as an input.
 *
 * @example
 * reduce(initialState, { type: 'roster', users: ['bob'] }).roster // ['bob']
 */
export function reduce(state: ClientState, event: CallEvent): ClientState {
  const reducer = (reducers as Partial<Record<EventType, Reducer>>)[event.type]
  return reducer ? reducer(state, event) : state
}

/**
 * Whether `event` still matters. Nothing happens in a call after it ended or lost glare, and no call begins while one
 * is open.
 */
export function isCurrent({ call }: ClientState, event: CallEvent): boolean {
  if (!('callId' in event)) return true
  if (event.type === 'outgoing' || event.type === 'incoming') return !isOpen(call)
  return isOpen(call) && call.callId === event.callId
}
