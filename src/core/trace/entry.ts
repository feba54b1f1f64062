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

/** What stands in a trace for a MediaStream. Its tracks, as they are at that moment, where a port hands it to the core. */
export interface TracedStream {
  readonly stream: string
  readonly tracks?: readonly TracedTrack[]
}

/** What stands in a trace for a MediaStreamTrack. */
export interface TracedTrack {
  readonly track: string
  readonly kind: string
  /** Whether the system had muted it. Left out if it had not, and in all but captured streams. */
  readonly muted?: boolean
}

/** What stands in a trace for a CallError: all but its cause and its call. */
export interface TracedError {
  readonly error: CallErrorCode
  readonly message: string
  readonly detail?: CallErrorDetail
}

/** What stands in a trace for anything else that was thrown: the message of an Error, or nothing. */
export interface TracedThrown {
  readonly thrown: string | null
}

/** How a source ended: with what stands for the error, or completed. */
export interface TracedEnd {
  readonly error?: TracedError | TracedThrown
}

/** What stands in a trace for a value of unknown origin that JSON cannot hold, such as `undefined` or bytes. */
export interface TracedOpaque {
  readonly opaque: string
}

/** What a client shows, or what of it has changed. */
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

/** What a client remembered when its recording began. Texts are left out, and what is empty without a call. */
export interface TracedMemory {
  readonly state: Traced<
    Pick<ClientState, 'call' | 'connection' | 'unavailable' | 'roster' | 'endedCalls' | 'ignoredData'>
  >
  readonly callers: Callers
  readonly verdicts: CallerVerdicts
}

/** `T` as a trace holds it: plain data, with streams, tracks and errors by what stands for them. */
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
 * One thing that crossed a client's ports, `at` milliseconds after the recording began. Inputs are everything that the
 * core cannot know by itself, in the order in which it saw them; the outputs that follow an input are what it made of it.
 */
export type TraceEntry = { readonly at: number } & (TraceInput | TraceOutput)

export type TraceInput =
  /** The first line: the pipeline is subscribed to. `startedAt` in milliseconds of scheduler time. */
  | {
      readonly type: 'trace'
      readonly version: typeof TRACE_VERSION
      readonly startedAt: number
      readonly settings: CallSettings
      /** The features that the client knows; left out if it knows none. */
      readonly features?: readonly Feature[]
    }
  | { readonly type: 'action'; readonly action: CallAction }
  | ({ readonly type: 'actions-ended' } & TracedEnd)
  /** The work of a timer that was set earlier is run. */
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
  /** The timer was given up before its time. */
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
  /** What changed of what a client shows; everything, the first time. */
  | { readonly type: 'state'; readonly state: TracedState }
  | { readonly type: 'text'; readonly message: TextMessage }
  | { readonly type: 'error'; readonly error: TracedError }
  /** The pipeline ended by itself. */
  | ({ readonly type: 'ended' } & TracedEnd)
