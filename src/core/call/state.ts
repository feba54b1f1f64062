import type { CallError } from '../errors.ts'
import type { MediaRequest } from '../ports/index.ts'
import type { Address, FeatureId, Party } from '../protocol/index.ts'
import type { LocalMedia } from './sent-media.ts'

/** Why a call ended. */
export type EndReason =
  /** One side hung up, or left. */
  | 'hung-up'
  /** The callee declined. */
  | 'declined'
  /** The callee is in another call. */
  | 'busy'
  /** Given up before it began: by the caller, or by refusing camera or microphone. */
  | 'cancelled'
  /** Nobody answered in time. */
  | 'no-answer'
  /** Nobody with that name is connected. */
  | 'unreachable'
  /** Another device of the same user took the call. */
  | 'answered-elsewhere'
  /** The connection could not be established, or broke; `error` says more. */
  | 'failed'
  /** Camera or microphone could not be opened on one side; `error` says more. */
  | 'media-error'

export type Side = 'local' | 'remote'

/** What is known about a call throughout its life. */
export interface CallInfo {
  readonly callId: string
  readonly role: 'caller' | 'callee'
  /** The other side. Its party is known once one device of the callee has answered. */
  readonly remote: Address
  /** What this side sends or is about to send; while the call rings here, what the caller sends. */
  readonly media: MediaRequest
  /**
   * The features in use, because both sides named them. Omitted if there is none, and by the caller before the
   * answer.
   */
  readonly features?: readonly FeatureId[]
}

/** No call yet. */
export interface Idle {
  readonly phase: 'idle'
}

/** The caller's side before the answer. */
export interface Calling extends CallInfo {
  readonly phase: 'calling'
  /** First the camera opens, then the invite is on its way, then a device of the callee rings. */
  readonly progress: 'capturing' | 'inviting' | 'ringing'
  /** The callee's devices that ring. */
  readonly contacts: readonly Party[]
  /** The features that the call would use with each device, by its party. Lists only devices that share a feature. */
  readonly contactFeatures?: Readonly<Record<string, readonly FeatureId[]>>
}

/** The callee's side before the answer. */
export interface Ringing extends CallInfo {
  readonly phase: 'ringing'
}

/** Answered, not connected yet. */
export interface Connecting extends CallInfo {
  readonly phase: 'connecting'
  /** The caller has given the call to this callee (protocol `select`). */
  readonly selected: boolean
  /** The peer connection is up. */
  readonly peerConnected: boolean
}

export interface Connected extends CallInfo {
  readonly phase: 'connected'
  /** When the call was first connected, as `Date.now()` gives it. */
  readonly since: number
}

/** Was connected before. Nothing arrives, or whether anything does has been in doubt for at most a second. */
export interface Reconnecting extends CallInfo {
  readonly phase: 'reconnecting'
  readonly since: number
}

/** Over. Stays until the next call. */
export interface Ended extends CallInfo {
  readonly phase: 'ended'
  readonly reason: EndReason
  /** Which side ended it. */
  readonly by: Side
  readonly error?: CallError
  /** When it was first connected, if it ever was, as `Date.now()` gives it. */
  readonly since?: number
  /** When it ended, as `Date.now()` gives it. */
  readonly at: number
}

export type OpenCall = Calling | Ringing | Connecting | Connected | Reconnecting
/** The state of a client's one call, or of having none. */
export type CallState = Idle | OpenCall | Ended

/** Something that happened to a call and may change its state. */
export type CallFact =
  /** The user calls somebody. */
  | {
      readonly type: 'outgoing'
      readonly callId: string
      readonly remote: Address
      readonly media: MediaRequest
    }
  /** Somebody calls the user, and it rings for `ringMs` milliseconds. */
  | {
      readonly type: 'incoming'
      readonly callId: string
      readonly remote: Party
      readonly media: MediaRequest
      readonly ringMs: number
      readonly features?: readonly FeatureId[]
    }
  /** Glare: both sides call each other. This side's call yields to the other's, which counts as accepted. */
  | {
      readonly type: 'yielded'
      readonly callId: string
      readonly to: string
      readonly remote: Party
      readonly features?: readonly FeatureId[]
    }
  /** A device of the callee rings. `features` are those that it shares with this side. */
  | {
      readonly type: 'remote-ringing'
      readonly callId: string
      readonly remote: Party
      readonly features?: readonly FeatureId[]
    }
  /** What this side sends has changed. Once all of the caller's initial media is live, the invite is sent. */
  | { readonly type: 'media'; readonly callId: string; readonly media: LocalMedia }
  /** The call was answered: by this side, with what it sends, or by a party of the callee. */
  | { readonly type: 'answered'; readonly callId: string; readonly by: 'local'; readonly media: MediaRequest }
  | { readonly type: 'answered'; readonly callId: string; readonly by: 'remote'; readonly remote: Party }
  /** The caller gave the call to this party; `at` as `Date.now()` gives it. */
  | { readonly type: 'selected'; readonly callId: string; readonly at: number }
  /** The peer connection came up, for the first time or again; `at` as `Date.now()` gives it. */
  | { readonly type: 'peer-connected'; readonly callId: string; readonly at: number }
  /** The peer connection is interrupted. */
  | { readonly type: 'interrupted'; readonly callId: string }
  | {
      readonly type: 'ended'
      readonly callId: string
      /** As `Date.now()` gives it. */
      readonly at: number
      readonly reason: EndReason
      readonly by: Side
      readonly error?: CallError
    }

export const idle: Idle = { phase: 'idle' }

/**
 * Whether a call is open: it has begun and has not ended.
 *
 * @example
 * if (isOpen(client.state$.value)) client.hangUp()
 */
export function isOpen(state: CallState): state is OpenCall {
  return state.phase !== 'idle' && state.phase !== 'ended'
}
