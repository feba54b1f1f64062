import type { Overrides } from './overrides.ts'
import type { MediaRequest } from './ports/index.ts'

/**
 * The settings that a user of rxcall can judge. Times are finite, in milliseconds. `connectMs` and `recovery` count
 * only the time in which the client is awake.
 */
export interface UserSettings {
  /**
   * What `call` captures by default. By default, `accept` captures those of its kinds that the caller also sends.
   * Default: camera and microphone.
   */
  readonly media: MediaRequest
  /** How long an unanswered call rings. Default: 60 s. */
  readonly ringMs: number
  /** How long a stranger rings: a caller whom this client has never spoken to. Default: 20 s. */
  readonly strangerRingMs: number
  /** How many calls of all strangers together ring within a minute; more are dismissed. Default: 3. */
  readonly strangerRings: number
  /**
   * How long the same user does not ring after a decline. Each further decline makes the pause four times as long, up
   * to `maxDeclinePauseMs`. Calling that user, or accepting a call of theirs, ends the pause. Default: 5 s.
   */
  readonly declinePauseMs: number
  /** How long the first connection may take after the answer. Default: 30 s. */
  readonly connectMs: number
  /** How a connection that no longer carries anything is recovered, and for how long. */
  readonly recovery: RecoveryPolicy
  /** How many texts may wait for the other side's acknowledgement; more are refused. Default: 100. */
  readonly maxUnsentTexts: number
}

/**
 * Internal timings, for tests: the defaults fit every network that we know. All are finite, in milliseconds.
 * `trackGraceMs`, and those from `silenceMs` to `closeGraceMs`, count only the time in which the client is awake.
 */
export interface CallTimings {
  /** An invite with less than this left to ring does not ring at all. Default: 3 s. */
  readonly minRingMs: number
  /** Default: 60 s. */
  readonly maxDeclinePauseMs: number
  /**
   * If another party of the open call's user calls: how long nothing may arrive before its invite replaces the call.
   * Default: 2 s.
   */
  readonly silenceMs: number
  /** How long such an invite waits before it is answered `busy`. Default: 3 s. */
  readonly secondInviteMs: number
  /** How long an offer may wait for its answer before the peer connection is replaced. Default: 10 s. */
  readonly negotiationMs: number
  /** How long to wait for a hang-up or a new peer connection after the other side closed the old one. Default: 5 s. */
  readonly closeGraceMs: number
  /** How long another device of the callee may take to ring after one is busy or gone. Default: 0.5 s. */
  readonly settleMs: number
  /** How long to wait for an acknowledgement before sending a message again; doubles up to `maxAckMs`. Default: 1 s. */
  readonly ackMs: number
  /** Default: 5 s. */
  readonly maxAckMs: number
  /** How long a call's last messages are retransmitted after its end, in time online. Default: 10 s. */
  readonly lingerMs: number
  /** How long the other side may have no track, after it had one, before that counts as hanging up. Default: 2 s. */
  readonly trackGraceMs: number
  /** Local candidates found within this time after a sent one are sent together. Default: 20 ms. */
  readonly candidateBatchMs: number
}

/** All settings and timings of a client's calls, as its stages receive them. */
export interface CallSettings extends UserSettings, CallTimings {}

/** How a connection that no longer carries anything is recovered: plain data, times in milliseconds. */
export interface RecoveryPolicy {
  /** How long a connection may be disconnected, with nothing arriving, before recovery begins. Default: 3 s. */
  readonly waitMs: number
  /** How long one ICE restart may take. Default: 15 s. */
  readonly restartMs: number
  /** The maximum number of ICE restarts. Default: 3. */
  readonly restarts: number
  /** How much of the time at the end is reserved for new peer connections. 0 tries none. Default: 15 s. */
  readonly replaceMs: number
  /**
   * How long a new peer connection may take to connect once both sides have agreed on it. It gets a third of the
   * remaining time, if that is longer. A connection that began while the other side was unreachable may have found no
   * candidates, and then never connects. Default: 5 s.
   */
  readonly retryMs: number
  /** How long recovery may take in total. Default: 45 s. */
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
