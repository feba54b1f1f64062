import type { CallError } from '../../errors.ts'
import type { TrackKind } from '../../events.ts'
import type { CaptureRequest, MediaRequest } from '../../ports/index.ts'

/** What one kind of media of this side comes from. */
export type Source = MediaRequest[TrackKind]

/** Something to be open: a capture by its number in the call. */
export interface Capture {
  readonly capture: number
  readonly request: CaptureRequest
}

/** A change that waits for its capture. */
export interface Attempt {
  readonly capture: number
  readonly source: Source
  /** It brings back what was sent before, or replaces it because that is gone. */
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
  /** Whether the call goes on: its own media is there, or it need not be. Until then changes wait. */
  readonly begun: boolean
  /** Whether the devices that an answered call begins with are being opened. */
  readonly opening: boolean
  readonly waiting: Partial<MediaRequest>
  /** The last number that a capture was given. */
  readonly last: number
  /** What has to be open. */
  readonly captures: readonly Capture[]
  /** The camera stays muted behind a shared screen, which is seen at first. */
  readonly muted: { readonly audio: boolean; readonly camera: boolean; readonly screen: boolean }
  /** Whether this side, and whether the other one, has put the call on hold. */
  readonly held: boolean
  readonly heldByOther: boolean
  /** How many microphones that were gone have been replaced since the user last chose a device. */
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

/** The same, with another thing that failed. */
export const fail = (media: Captures, error: CallError): Captures => ({
  ...media,
  errors: [...media.errors, error],
})
