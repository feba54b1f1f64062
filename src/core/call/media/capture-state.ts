import type { CallError } from '../../errors.ts'
import type { TrackKind } from '../../events.ts'
import type { CaptureRequest, MediaRequest } from '../../ports/index.ts'

/** The source of one kind of media on this side. */
export type Source = MediaRequest[TrackKind]

/** A capture that must be open, by its number in the call. */
export interface Capture {
  readonly capture: number
  readonly request: CaptureRequest
}

/** A change that waits for its capture. */
export interface Attempt {
  readonly capture: number
  readonly source: Source
  /** It brings back the previous source, or replaces a lost one. */
  readonly isReturn: boolean
  /** What to bring back if it fails: it was closed to make room. */
  readonly former: Source
}

/** One kind of media. */
export interface Part {
  /** What is sent; `false` for nothing. */
  readonly source: Source
  /** The capture that it comes from, with its stream; 0 and `null` for none. */
  readonly capture: number
  readonly stream: MediaStream | null
  readonly track: MediaStreamTrack | null
  /** Whether the system has muted the track, as phones do during a phone call (W3C Media Capture, 4.3.1). */
  readonly interrupted: boolean
  /** What comes back when the user stops sharing the screen. */
  readonly behind: Source
  readonly attempt: Attempt | null
}

export interface Captures {
  readonly audio: Part
  readonly video: Part
  /** Whether the call can proceed: its own media is live, or not required. Until then, changes wait. */
  readonly begun: boolean
  /** Whether the devices that an answered call begins with are being opened. */
  readonly opening: boolean
  readonly waiting: Partial<MediaRequest>
  /** The number of the latest capture. */
  readonly last: number
  /** The captures that must be open. */
  readonly captures: readonly Capture[]
  /** The camera stays muted behind a shared screen, which starts unmuted. */
  readonly muted: { readonly audio: boolean; readonly camera: boolean; readonly screen: boolean }
  /** Whether this side has put the call on hold, and whether the other side has. */
  readonly held: boolean
  readonly heldByOther: boolean
  /** How many lost microphones have been replaced since the user last chose a device. */
  readonly takeovers: number
  /** What failed in the last step. */
  readonly errors: readonly CallError[]
}

export const nothing: Part = {
  source: false,
  capture: 0,
  stream: null,
  track: null,
  interrupted: false,
  behind: false,
  attempt: null,
}

export const noCaptures: Captures = {
  audio: nothing,
  video: nothing,
  begun: false,
  opening: false,
  waiting: {},
  last: 0,
  captures: [],
  muted: { audio: false, camera: false, screen: false },
  held: false,
  heldByOther: false,
  takeovers: 0,
  errors: [],
}

/** Adds an error to those of this step. */
export const fail = (media: Captures, error: CallError): Captures => ({
  ...media,
  errors: [...media.errors, error],
})
