import { describe, expect, it } from 'vitest'
import { completeSettings, takeApart } from '../../src/core/complete-settings.ts'
import { defaultSettings, type SettingsOverrides, type TimingsOverrides } from '../../src/core/index.ts'

describe('completeSettings', () => {
  it('fills in the defaults for missing or undefined settings, also within the recovery policy', () => {
    expect(completeSettings({})).toEqual(defaultSettings)
    const overrides = { ringMs: undefined, connectMs: 5, recovery: { waitMs: 0, giveUpMs: undefined } }
    expect(completeSettings(overrides as unknown as SettingsOverrides)).toEqual({
      ...defaultSettings,
      connectMs: 5,
      recovery: { ...defaultSettings.recovery, waitMs: 0 },
    })
  })

  it('accepts the defaults, a device and a screen', () => {
    const { settings, timings } = takeApart(defaultSettings)
    expect(completeSettings(settings, timings)).toEqual(defaultSettings)
    expect(completeSettings(settings)).toEqual(defaultSettings)
    for (const media of [
      { audio: { deviceId: 'x' }, video: false },
      { audio: false, video: 'screen' },
    ] as const)
      expect(completeSettings({ media }).media).toEqual(media)
  })

  it('treats undefined like missing, even under an unknown name', () => {
    expect(completeSettings({ foo: undefined } as SettingsOverrides)).toEqual(defaultSettings)
  })

  it.each<[unknown, string]>([
    [{ ringMS: 5 }, 'unknown setting: settings.ringMS'],
    [{ ackMs: 5 }, 'unknown setting: settings.ackMs; did you mean timings.ackMs?'],
    [{ recovery: { wait: 5 } }, 'unknown setting: settings.recovery.wait'],
    [{ connectMs: '5' }, 'settings.connectMs is "5": expected a number of milliseconds'],
    [{ connectMs: NaN }, 'settings.connectMs is NaN: expected a number of milliseconds'],
    [
      { connectMs: Infinity },
      'settings.connectMs is Infinity: expected a number of milliseconds up to 2147483647',
    ],
    [
      { recovery: { giveUpMs: -1 } },
      'settings.recovery.giveUpMs is -1: expected a number of milliseconds from 0',
    ],
    [
      { declinePauseMs: 90_000 },
      'timings.maxDeclinePauseMs is 60000: expected at least settings.declinePauseMs, 90000, which is the first of the pauses that it bounds',
    ],
    [{ strangerRings: -1 }, 'settings.strangerRings is -1: expected a whole number from 0'],
    [{ strangerRingMs: 0 }, 'settings.strangerRingMs is 0: expected a number of milliseconds from 1'],
    [{ recovery: { restarts: 1.5 } }, 'settings.recovery.restarts is 1.5: expected a whole number from 0'],
    [{ maxUnsentTexts: Infinity }, 'settings.maxUnsentTexts is Infinity: expected a whole number from 0'],
    [{ ringMs: 600_001 }, 'settings.ringMs is 600001: expected a number of milliseconds up to 600000'],
    [{ ringMs: 5_000.5 }, 'settings.ringMs is 5000.5: expected a whole number of milliseconds'],
    [
      { ringMs: 2_500 },
      'settings.ringMs is 2500: expected at least timings.minRingMs, 3000, below which an invite does not ring',
    ],
    [{ media: { audio: true } }, 'settings.media.video is missing'],
    [
      { media: { audio: true, video: 'window' } },
      'settings.media.video is "window": expected true, false, { deviceId } or \'screen\'',
    ],
    [
      { media: { audio: { deviceId: 5 }, video: true } },
      'settings.media.audio is Object: expected true, false or { deviceId }',
    ],
    [{ media: true }, 'settings.media is true: expected an object of settings'],
    [{ recovery: 5 }, 'settings.recovery is 5: expected an object of settings'],
  ])('reports what is wrong with %j', (overrides, problem) => {
    expect(() => completeSettings(overrides as SettingsOverrides)).toThrow(new TypeError(problem))
  })
  it.each<[unknown, string]>([
    [{ ackMs: 0 }, 'timings.ackMs is 0: expected a number of milliseconds from 1'],
    [
      { ackMs: 6_000 },
      'timings.maxAckMs is 5000: expected at least timings.ackMs, 6000, which is the first of the times that it bounds',
    ],
    [
      { silenceMs: 4_000 },
      'timings.secondInviteMs is 3000: expected at least timings.silenceMs, 4000, or no invite could wait for that silence',
    ],
    [{ ringMs: 5_000 }, 'unknown setting: timings.ringMs; did you mean settings.ringMs?'],
    [{ lingerMs: NaN }, 'timings.lingerMs is NaN: expected a number of milliseconds'],
    [
      { minRingMs: 70_000 },
      'settings.ringMs is 60000: expected at least timings.minRingMs, 70000, below which an invite does not ring',
    ],
  ])('reports what is wrong with the timings %j', (overrides, problem) => {
    expect(() => completeSettings({}, overrides as TimingsOverrides)).toThrow(new TypeError(problem))
  })
})
