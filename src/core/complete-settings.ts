import * as v from 'valibot'
import { given } from './overrides.ts'
import { limits } from './protocol/index.ts'
import {
  defaultRecovery,
  defaultSettings,
  type CallSettings,
  type SettingsOverrides,
  type TimingsOverrides,
} from './settings.ts'

/** A browser timer with a longer delay fires at once (HTML, timers: 32 bits with a sign). */
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

const Settings = v.strictObject({
  media: v.optional(
    v.looseObject({
      audio: v.union([v.boolean(), Device], 'expected true, false or { deviceId }'),
      video: v.union(
        [v.boolean(), v.literal('screen'), Device],
        "expected true, false, { deviceId } or 'screen'",
      ),
    }),
  ),
  // The invite carries it in whole milliseconds, and no relay keeps an invite for longer.
  ringMs: v.optional(
    v.pipe(
      v.number(isMilliseconds),
      v.safeInteger('expected a whole number of milliseconds'),
      v.minValue(1, `${isMilliseconds} from 1`),
      v.maxValue(limits.ttlMs, `${isMilliseconds} up to ${limits.ttlMs}`),
    ),
  ),
  strangerRingMs: time(1),
  strangerRings: count,
  declinePauseMs: time(0),
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
  maxUnsentTexts: count,
})

const Timings = v.strictObject({
  minRingMs: time(0),
  maxDeclinePauseMs: time(0),
  silenceMs: time(0),
  secondInviteMs: time(0),
  negotiationMs: time(1),
  closeGraceMs: time(0),
  settleMs: time(0),
  // Without a pause, an unacknowledged message would be sent again in an endless loop.
  ackMs: time(1),
  maxAckMs: time(1),
  lingerMs: time(0),
  trackGraceMs: time(0),
  candidateBatchMs: time(0),
})

/**
 * Returns all settings and timings, with defaults for omitted ones. Throws a TypeError that names the first invalid
 * one: an unknown name, a time out of range, or two that contradict each other.
 */
export function completeSettings(
  settings: SettingsOverrides = {},
  timings: TimingsOverrides = {},
): CallSettings {
  check('settings', Settings, settings)
  check('timings', Timings, timings)
  const { recovery = {}, ...others } = settings
  const complete = {
    ...defaultSettings,
    ...given(others),
    ...given(timings),
    recovery: { ...defaultRecovery, ...given(recovery) },
  }
  for (const [least, most, why] of ordered)
    if (complete[most] < complete[least])
      throw new TypeError(
        `${nameOf(most)} is ${complete[most]}: expected at least ${nameOf(least)}, ${complete[least]}, ${why}`,
      )
  return complete
}

/** Splits complete settings into the arguments of {@link completeSettings}. */
export function takeApart(complete: Partial<CallSettings>): {
  readonly settings: SettingsOverrides
  readonly timings: TimingsOverrides
} {
  const all = Object.entries(complete)
  return {
    settings: Object.fromEntries(all.filter(([name]) => !(name in Timings.entries))),
    timings: Object.fromEntries(all.filter(([name]) => name in Timings.entries)),
  }
}

/** Pairs of times of which the first must not be longer than the second, and why. */
const ordered = [
  ['minRingMs', 'ringMs', 'below which an invite does not ring'],
  ['ackMs', 'maxAckMs', 'which is the first of the times that it bounds'],
  ['declinePauseMs', 'maxDeclinePauseMs', 'which is the first of the pauses that it bounds'],
  ['silenceMs', 'secondInviteMs', 'or no invite could wait for that silence'],
] as const

const nameOf = (name: string): string => `${name in Timings.entries ? 'timings' : 'settings'}.${name}`

function check(group: string, schema: typeof Settings | typeof Timings, overrides: object): void {
  const checked = v.safeParse(schema, given(overrides), { abortEarly: true })
  if (!checked.success) throw new TypeError(problemOf(group, checked.issues[0]))
}

function problemOf(group: string, issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => String(key))
  const where = [group, ...path].join('.')
  if (issue.expected === 'never') {
    const [name = ''] = path
    const isMisplaced = path.length === 1 && name in defaultSettings
    return `unknown setting: ${where}${isMisplaced ? `; did you mean ${nameOf(name)}?` : ''}`
  }
  if (issue.received === 'undefined') return `${where} is missing`
  const wanted = issue.message.startsWith('Invalid ') ? 'expected an object of settings' : issue.message
  return `${where} is ${issue.received}: ${wanted}`
}
