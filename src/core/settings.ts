import * as v from 'valibot'
import type { MediaRequest } from './ports/index.ts'
import { limits } from './protocol/index.ts'

/**
 * What can be set for the calls of a client. Times are finite, in milliseconds; those from `connectMs` to
 * `closeGraceMs`, and `trackGraceMs`, are times in which the client is awake: it has not waited while it slept.
 */
export interface CallSettings {
  /**
   * What `call` captures unless it says otherwise, and `accept` as far as the caller sends those kinds too. Default:
   * camera and microphone.
   */
  readonly media: MediaRequest
  /** How long an unanswered call rings. Default: 60 s. */
  readonly ringMs: number
  /** An invite with less than this left to ring does not ring at all. Default: 3 s. */
  readonly minRingMs: number
  /** How long a caller rings whom this client has never spoken to. Default: 20 s. */
  readonly strangerRingMs: number
  /** How many calls of such callers ring within a minute, all of them together; more are dismissed. Default: 3. */
  readonly strangerRings: number
  /**
   * After a decline: how long the same user does not ring. Each further decline makes it four times as long, up to
   * `maxDeclinePauseMs`. Calling that user, or accepting a call of theirs, ends it. Default: 5 s.
   */
  readonly declinePauseMs: number
  /** Default: 60 s. */
  readonly maxDeclinePauseMs: number
  /** If another party of the open call's user calls: how long nothing may arrive before that replaces the call. Default: 2 s. */
  readonly silenceMs: number
  /** How long such an invite waits before it is answered `busy`. Default: 3 s. */
  readonly secondInviteMs: number
  /** How long the first connection may take from the answer. Default: 30 s. */
  readonly connectMs: number
  /** What is done about a connection that carries nothing any more, and how long it is tried. */
  readonly recovery: RecoveryPolicy
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
  /** Texts that may wait for the other side to have them; more are refused. Default: 100. */
  readonly maxUnsentTexts: number
}

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
export type SettingsOverrides = Partial<Omit<CallSettings, 'recovery'>> & {
  readonly recovery?: Partial<RecoveryPolicy>
}

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

/** A timer of a browser that is to run for longer runs at once (HTML, timers: 32 bits with a sign). */
const MAX_TIMER_MS = 2 ** 31 - 1

const isMilliseconds = 'expected a number of milliseconds'
const time = (least: number) =>
  v.optional(
    v.pipe(
      v.number(isMilliseconds),
      v.minValue(least, `${isMilliseconds} from ${least}`),
      v.maxValue(MAX_TIMER_MS, `${isMilliseconds} up to ${MAX_TIMER_MS}`),
    ),
  )
const wholeNumber = 'expected a whole number from 0'
const count = v.optional(
  v.pipe(v.number(wholeNumber), v.safeInteger(wholeNumber), v.minValue(0, wholeNumber)),
)
const Device = v.looseObject({ deviceId: v.string() })

const Overrides = v.strictObject({
  media: v.optional(
    v.looseObject({
      audio: v.union([v.boolean(), Device], 'expected true, false or { deviceId }'),
      video: v.union(
        [v.boolean(), v.literal('screen'), Device],
        "expected true, false, { deviceId } or 'screen'",
      ),
    }),
  ),
  // The invite says it in whole milliseconds, and no relay keeps one for longer.
  ringMs: v.optional(
    v.pipe(
      v.number(isMilliseconds),
      v.safeInteger('expected a whole number of milliseconds'),
      v.minValue(1, `${isMilliseconds} from 1`),
      v.maxValue(limits.ttlMs, `${isMilliseconds} up to ${limits.ttlMs}`),
    ),
  ),
  minRingMs: time(0),
  strangerRingMs: time(1),
  strangerRings: count,
  declinePauseMs: time(0),
  maxDeclinePauseMs: time(0),
  silenceMs: time(0),
  secondInviteMs: time(0),
  connectMs: time(1),
  recovery: v.optional(
    v.strictObject({
      waitMs: time(0),
      restartMs: time(1),
      restarts: count,
      replaceMs: time(0),
      retryMs: time(1),
      giveUpMs: time(0),
    }),
  ),
  negotiationMs: time(1),
  closeGraceMs: time(0),
  settleMs: time(0),
  // Without a pause a message that is not acknowledged would be sent again without end in one moment.
  ackMs: time(1),
  maxAckMs: time(1),
  lingerMs: time(0),
  trackGraceMs: time(0),
  candidateBatchMs: time(0),
  maxUnsentTexts: count,
})

/**
 * All settings, with the defaults for what `overrides` leaves out. Throws a TypeError that names the first invalid one:
 * an unknown name, a time out of range, or two settings that contradict each other.
 */
export function completeSettings(overrides: SettingsOverrides): CallSettings {
  const checked = v.safeParse(Overrides, given(overrides), { abortEarly: true })
  if (!checked.success) throw new TypeError(problemOf(checked.issues[0]))
  const { recovery = {}, ...others } = overrides
  const settings = {
    ...defaultSettings,
    ...given(others),
    recovery: { ...defaultRecovery, ...given(recovery) },
  }
  const { ringMs, minRingMs, ackMs, maxAckMs } = settings
  const { declinePauseMs, maxDeclinePauseMs, silenceMs, secondInviteMs } = settings
  if (ringMs < minRingMs)
    throw new TypeError(
      `settings.ringMs is ${ringMs}: expected at least minRingMs, ${minRingMs}, below which an invite does not ring`,
    )
  if (maxAckMs < ackMs)
    throw new TypeError(
      `settings.maxAckMs is ${maxAckMs}: expected at least ackMs, ${ackMs}, which is the first of the times that it bounds`,
    )
  if (maxDeclinePauseMs < declinePauseMs)
    throw new TypeError(
      `settings.maxDeclinePauseMs is ${maxDeclinePauseMs}: expected at least declinePauseMs, ${declinePauseMs}, which is the first of the pauses that it bounds`,
    )
  if (secondInviteMs < silenceMs)
    throw new TypeError(
      `settings.secondInviteMs is ${secondInviteMs}: expected at least silenceMs, ${silenceMs}, or no invite could wait for that silence`,
    )
  return settings
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const where = ['settings', ...(issue.path ?? []).map(({ key }) => String(key))].join('.')
  if (issue.expected === 'never') return `unknown setting: ${where}`
  if (issue.received === 'undefined') return `${where} is missing`
  const wanted = issue.message.startsWith('Invalid ') ? 'expected an object of settings' : issue.message
  return `${where} is ${issue.received}: ${wanted}`
}

/** Without what is undefined, which stands for the default. */
function given<T extends object>(settings: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>
  }
}
