import { defaultRecovery, type RecoveryPolicy } from './call/recovery-plan.ts'
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
  /** What is done about a connection that carries nothing any more, and how long it is tried. */
  readonly recovery: RecoveryPolicy
  /** How long an offer may wait for its answer before a new peer connection takes the place of the present one. Default: 10 s. */
  readonly negotiationMs: number
  /** How long after the other side closed the peer connection a hang-up or a new one is waited for. Default: 5 s. */
  readonly closeGraceMs: number
  /** After one device of the callee is busy or gone: how long another one may take to ring. Default: 0.5 s. */
  readonly settleMs: number
  /** How long an acknowledgement is waited for before a message is sent again; doubles up to `maxAckMs`. Default: 1 s. */
  readonly ackMs: number
  /** Default: 5 s. */
  readonly maxAckMs: number
  /** How long after the end of a call its last messages are sent again, in time online. Default: 10 s. */
  readonly lingerMs: number
  /** How long the other side may be without any track, once it had one, before that counts as hanging up. Default: 2 s. */
  readonly trackGraceMs: number
  /** Local candidates found within this time after one that was sent go out together. Default: 20 ms. */
  readonly candidateBatchMs: number
  /** Texts that may wait for the other side to have them; more are refused. Default: 100. */
  readonly maxUnsentTexts: number
}

/** What of the settings is to be other than the default. */
export type SettingsOverrides = Partial<Omit<CallSettings, 'recovery'>> & {
  readonly recovery?: Partial<RecoveryPolicy>
}

export const defaultSettings: CallSettings = {
  media: { audio: true, video: true },
  ringMs: 60_000,
  minRingMs: 3_000,
  connectMs: 30_000,
  recovery: defaultRecovery,
  negotiationMs: 10_000,
  closeGraceMs: 5_000,
  settleMs: 500,
  ackMs: 1_000,
  maxAckMs: 5_000,
  lingerMs: 10_000,
  trackGraceMs: 2_000,
  candidateBatchMs: 20,
  maxUnsentTexts: 100,
}

export const completeSettings = (overrides: SettingsOverrides): CallSettings => ({
  ...defaultSettings,
  ...overrides,
  recovery: { ...defaultRecovery, ...overrides.recovery },
})
