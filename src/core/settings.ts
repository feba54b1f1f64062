import type { MediaRequest } from './ports/index.ts'

/** What can be set for the calls of a client. Times in milliseconds. */
export interface CallSettings {
  /** What `call` and `accept` capture where they say nothing else. Default: camera and microphone. */
  readonly media: MediaRequest
  /** How long an unanswered call rings. Default: 60 s. */
  readonly ringMs: number
  /** An invite with less than this left to ring does not ring at all. Default: 3 s. */
  readonly minRingMs: number
  /** How long the first connection may take from the answer. Default: 30 s. */
  readonly connectMs: number
  /** How long the other side may be without any track, once it had one, before that counts as hanging up. Default: 2 s. */
  readonly trackGraceMs: number
  /** Local candidates found within this time after one that was sent go out together. Default: 20 ms. */
  readonly candidateBatchMs: number
  /** Texts kept until the data channel opens; more are refused. Default: 100. */
  readonly maxUnsentTexts: number
}

export const defaultSettings: CallSettings = {
  media: { audio: true, video: true },
  ringMs: 60_000,
  minRingMs: 3_000,
  connectMs: 30_000,
  trackGraceMs: 2_000,
  candidateBatchMs: 20,
  maxUnsentTexts: 100,
}
