import { describe, expect, it } from 'vitest'
import { defaultSettings, type SettingsOverrides } from '../../src/core/index.ts'
import { completeSettings } from '../../src/core/settings.ts'

describe('completeSettings', () => {
  it('has the default of what is left out or undefined, also within the policy of recovery', () => {
    expect(completeSettings({})).toEqual(defaultSettings)
    const overrides = { ringMs: undefined, connectMs: 5, recovery: { waitMs: 0, giveUpMs: undefined } }
    expect(completeSettings(overrides as unknown as SettingsOverrides)).toEqual({
      ...defaultSettings,
      connectMs: 5,
      recovery: { ...defaultSettings.recovery, waitMs: 0 },
    })
  })

  it('takes the defaults, a device and a screen', () => {
    expect(completeSettings(defaultSettings)).toEqual(defaultSettings)
    for (const media of [
      { audio: { deviceId: 'x' }, video: false },
      { audio: false, video: 'screen' },
    ] as const)
      expect(completeSettings({ media }).media).toEqual(media)
  })

  it.each<[unknown, string]>([
    [{ ringMS: 5 }, 'settings.ringMS is none of the settings'],
    [{ recovery: { wait: 5 } }, 'settings.recovery.wait is none of the settings'],
    [{ connectMs: '5' }, 'settings.connectMs is "5": expected number'],
    [{ connectMs: NaN }, 'settings.connectMs is NaN: expected number'],
    [{ connectMs: Infinity }, 'settings.connectMs is Infinity: expected 2147483647 milliseconds or fewer'],
    [{ recovery: { giveUpMs: -1 } }, 'settings.recovery.giveUpMs is -1: expected 0 or more'],
    [{ ackMs: 0 }, 'settings.ackMs is 0: expected 1 or more'],
    [{ recovery: { restarts: 1.5 } }, 'settings.recovery.restarts is 1.5: expected '],
    [
      { ringMs: 600_001 },
      'settings.ringMs is 600001: expected 600000 milliseconds or fewer: no relay keeps an invite for longer',
    ],
    [{ media: { audio: true } }, 'settings.media.video is undefined: expected '],
    [{ media: true }, 'settings.media is true: expected Object'],
    [null, 'settings is null: expected Object'],
  ])('says of %j what is wrong with it', (overrides, problem) => {
    expect(() => completeSettings(overrides as SettingsOverrides)).toThrow(problem)
  })
})
