import type { Overrides } from './overrides.ts'
import type { MediaRequest } from './ports/index.ts'

/**
 * What a user of rxcall can judge. Times are finite, in milliseconds. `connectMs` and `recovery` count the time in which
 * the client is awake: it has not waited while it slept.
 */
export interface UserSettings {
  /**
   * What `call` captures unless it says otherwise, and `accept` as far as the caller sends those kinds too. Default:
   * camera and microphone.
   */
  readonly media: MediaRequest
  /** How long an unanswered call rings. Default: 60 s. */
  readonly ringMs: number
  /** How long a caller rings whom this client has never spoken to. Default: 20 s. */
  readonly strangerRingMs: number
  /** How many calls of such callers ring within a minute, all of them together; more are dismissed. Default: 3. */
  readonly strangerRings: number
  /**
   * After a decline: how long the same user does not ring. Each further decline makes it four times as long, up to
   * `maxDeclinePauseMs`. Calling that user, or accepting a call of theirs, ends it. Default: 5 s.
   */
  readonly declinePauseMs: number
  /** How long the first connection may take from the answer. Default: 30 s. */
  readonly connectMs: number
  /** What is done about a connection that carries nothing any more, and how long it is tried. */
  readonly recovery: RecoveryPolicy
  /** Texts that may wait for the other side to have them; more are refused. Default: 100. */
  readonly maxUnsentTexts: number
}

/**
 * The times inside the machinery, for tests: the defaults fit every network that we know. Finite, in milliseconds. Those
 * from `silenceMs` to `closeGraceMs`, and `trackGraceMs`, count the time in which the client is awake.
 */
export interface CallTimings {
  /** An invite with less than this left to ring does not ring at all. Default: 3 s. */
  readonly minRingMs: number
  /** Default: 60 s. */
  readonly maxDeclinePauseMs: number
  /** If another party of the open call's user calls: how long nothing may arrive before that replaces the call. Default: 2 s. */
  readonly silenceMs: number
  /** How long such an invite waits before it is answered `busy`. Default: 3 s. */
  readonly secondInviteMs: number
  /** How long an offer may wait for its answer before the peer connection is replaced. Default: 10 s. */
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
}

/** All that can be set for the calls of a client, as its stages take it. */
export interface CallSettings extends UserSettings, CallTimings {}

/** How a connection that carries nothing any more is recovered: plain data, times in milliseconds. */
export interface RecoveryPolicy {
  /** How long a connection may be disconnected with nothing arriving before anything is done. Default: 3 s. */
  readonly waitMs: number
  /** How long one ICE restart may take. Default: 15 s. */
  readonly restartMs: number
  /** How many ICE restarts are tried at most. Default: 3. */
  readonly restarts: number
  /** How much of the time at the end is reserved for new peer connections. 0 tries none. Default: 15 s. */
  readonly replaceMs: number
  /**
   * How long a new peer connection may take to connect once both sides have agreed on it. A third
   * of the remaining time, if that is longer. A connection that began while the other side was unreachable may have
   * found no candidates, and then never connects. Default: 5 s.
   */
  readonly retryMs: number
  /** How long all of it may take. Default: 45 s. */
  readonly giveUpMs: number
}

/** The settings that differ from the defaults. */
export type SettingsOverrides = Overrides<Omit<UserSettings, 'recovery'>> & {
  readonly recovery?: Overrides<RecoveryPolicy> | undefined
}

/** The timings that differ from the defaults. */
export type TimingsOverrides = Overrides<CallTimings>

export const defaultRecovery: RecoveryPolicy = {
  waitMs: 3_000,
  restartMs: 15_000,
  restarts: 3,
  replaceMs: 15_000,
  retryMs: 5_000,
  giveUpMs: 45_000,
}

export const defaultSettings: CallSettings = {
  media: { audio: true, video: true },
  ringMs: 60_000,
  minRingMs: 3_000,
  strangerRingMs: 20_000,
  strangerRings: 3,
  declinePauseMs: 5_000,
  maxDeclinePauseMs: 60_000,
  silenceMs: 2_000,
  secondInviteMs: 3_000,
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
