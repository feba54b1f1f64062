import type { CallerVerdicts } from '../call/setup/caller-verdicts.ts'
import type { Callers } from '../call/setup/callers.ts'
import type { CallErrorCode, CallErrorDetail } from '../errors.ts'
import type { CallAction, TextMessage } from '../events.ts'
import type { ClientState } from '../client-state.ts'
import type {
  CallerVerdict,
  CaptureRequest,
  PeerCommand,
  PeerEvent,
  PeerOptions,
  SignalingEvent,
} from '../ports/index.ts'
import type { Feature, OutgoingMessage } from '../protocol/index.ts'
import type { CallSettings } from '../settings.ts'

/** The version of the trace format in every trace's first line. */
export const TRACE_VERSION = 1

/** A MediaStream in a trace. If a port hands it to the core, includes the tracks that it has at that moment. */
export interface TracedStream {
  readonly stream: string
  readonly tracks?: readonly TracedTrack[]
}

/** A MediaStreamTrack in a trace. */
export interface TracedTrack {
  readonly track: string
  readonly kind: string
  /** Set if the system had muted it, and only in captured streams. */
  readonly muted?: boolean
}

/** A CallError in a trace, without its cause and its call. */
export interface TracedError {
  readonly error: CallErrorCode
  readonly message: string
  readonly detail?: CallErrorDetail
}

/** Anything else that was thrown, in a trace: the message of an Error, or `null`. */
export interface TracedThrown {
  readonly thrown: string | null
}

/** How a source ended: with an error, or without one if it completed. */
export interface TracedEnd {
  readonly error?: TracedError | TracedThrown
}

/** A value of unknown origin in a trace that JSON cannot hold, such as `undefined` or bytes. */
export interface TracedOpaque {
  readonly opaque: string
}

/** The state that a client shows, or the changed part of it. */
export type TracedState = Partial<
  Traced<
    Pick<
      ClientState,
      | 'call'
      | 'connection'
      | 'roster'
      | 'localStream'
      | 'remoteStream'
      | 'muted'
      | 'localMedia'
      | 'remoteMedia'
      | 'ignoredData'
    >
  >
>

/** What a client remembered when its recording began. Omits texts, and everything that is empty without a call. */
export interface TracedMemory {
  readonly state: Traced<
    Pick<ClientState, 'call' | 'connection' | 'unavailable' | 'roster' | 'endedCalls' | 'ignoredData'>
  >
  readonly callers: Callers
  readonly verdicts: CallerVerdicts
}

/** `T` as a trace holds it: plain data, with stand-ins for streams, tracks and errors. */
export type Traced<T> = T extends MediaStream
  ? TracedStream
  : T extends MediaStreamTrack
    ? TracedTrack
    : T extends Error
      ? TracedError
      : T extends object
        ? { [K in keyof T]: Traced<T[K]> }
        : T

/**
 * One thing that crossed a client's ports, `at` milliseconds after the recording began. Inputs are everything that
 * the core cannot know by itself, in the order in which it saw them; the outputs that follow an input are the core's
 * reaction to it.
 */
export type TraceEntry = { readonly at: number } & (TraceInput | TraceOutput)

export type TraceInput =
  /** The first line: the pipeline is subscribed to. `startedAt` in milliseconds of scheduler time. */
  | {
      readonly type: 'trace'
      readonly version: typeof TRACE_VERSION
      readonly startedAt: number
      readonly settings: CallSettings
      /** The features that the client knows; omitted if it knows none. */
      readonly features?: readonly Feature[]
    }
  | { readonly type: 'action'; readonly action: CallAction }
  | ({ readonly type: 'actions-ended' } & TracedEnd)
  /** A timer that was set earlier fires. */
  | { readonly type: 'timer-ran'; readonly timer: number }
  | { readonly type: 'peers-unavailable'; readonly error: TracedError }
  | { readonly type: 'signaling-event'; readonly event: Traced<SignalingEvent> }
  | ({ readonly type: 'signaling-ended' } & TracedEnd)
  | { readonly type: 'peer-event'; readonly peer: number; readonly event: Traced<PeerEvent> }
  | ({ readonly type: 'peer-ended'; readonly peer: number } & TracedEnd)
  | { readonly type: 'media-captured'; readonly capture: number; readonly stream: TracedStream }
  | ({ readonly type: 'media-ended'; readonly capture: number } & TracedEnd)
  /** The subscriber of the pipeline unsubscribed before its end. */
  | { readonly type: 'unsubscribed' }

export type TraceOutput =
  /** The second line of a recording that began later than its client: what the client remembered. No call was open. */
  | ({ readonly type: 'checkpoint' } & TracedMemory)
  | { readonly type: 'signaling-opened' }
  | { readonly type: 'signaling-closed' }
  | { readonly type: 'message-sent'; readonly message: OutgoingMessage }
  /** The core asked for an id, and got this one. */
  | { readonly type: 'id'; readonly id: string }
  /** The core asked who may call, and got this verdict; or the port threw. */
  | ({ readonly type: 'caller-judged'; readonly verdict?: Traced<CallerVerdict> } & TracedEnd)
  | { readonly type: 'timer-set'; readonly timer: number; readonly ms: number }
  /** The timer was cancelled before it fired. */
  | { readonly type: 'timer-cleared'; readonly timer: number }
  | { readonly type: 'peer-opened'; readonly peer: number; readonly options: Traced<PeerOptions> }
  | { readonly type: 'peer-command'; readonly peer: number; readonly command: Traced<PeerCommand> }
  | { readonly type: 'peer-closed'; readonly peer: number }
  | { readonly type: 'media-requested'; readonly capture: number; readonly request: CaptureRequest }
  | { readonly type: 'media-released'; readonly capture: number }
  /** The core asked for a stream of these tracks, and got this one. */
  | {
      readonly type: 'stream-made'
      readonly stream: TracedStream
    }
  /** The parts of the shown state that changed; the first time, all of them. */
  | { readonly type: 'state'; readonly state: TracedState }
  | { readonly type: 'text'; readonly message: TextMessage }
  | { readonly type: 'error'; readonly error: TracedError }
  /** The pipeline ended by itself. */
  | ({ readonly type: 'ended' } & TracedEnd)
