import type { MediaStatus } from 'rxcall'
import { describe, expect, it } from 'vitest'
import { localMediaInWords, remoteMediaInWords } from '../../src/ui/text/remote-media.ts'

const onHold = 'bob has put you on hold, and does not see or hear you'
const all: MediaStatus = { audio: 'on', video: 'camera', held: false }

describe('what the other side sends, in words', () => {
  it.each<[MediaStatus | null, readonly string[]]>([
    [null, []],
    [all, []],
    [{ ...all, video: 'off' }, []],
    [{ ...all, video: 'screen' }, ['bob shares the screen']],
    [{ ...all, video: 'muted' }, ['bob’s camera is off']],
    [{ ...all, audio: 'muted' }, ['bob has muted the microphone']],
    [{ audio: 'opening', video: 'opening', held: false }, ['bob is turning on the camera and microphone…']],
    [{ ...all, audio: 'opening' }, ['bob is turning on the microphone…']],
    [{ ...all, video: 'opening' }, ['bob is turning on the camera…']],
    [{ ...all, audio: 'off' }, ['bob’s microphone is off']],
    [
      { audio: 'muted', video: 'screen', held: false },
      ['bob shares the screen', 'bob has muted the microphone'],
    ],
    [{ audio: 'muted', video: 'screen', held: true }, [onHold]],
    [{ ...all, audio: 'interrupted' }, ['bob’s system has switched off the microphone']],
    [{ ...all, video: 'interrupted' }, ['bob’s system has switched off the camera']],
  ])('%j: %j', (media, words) => {
    expect(remoteMediaInWords(media, 'bob', false)).toEqual(words)
  })

  it('says that a camera was turned off, but not while on hold', () => {
    const media: MediaStatus = { audio: 'muted', video: 'off', held: false }
    expect(remoteMediaInWords(media, 'bob', true)).toEqual([
      'bob’s camera is off',
      'bob has muted the microphone',
    ])
    expect(remoteMediaInWords({ ...media, held: true }, 'bob', true)).toEqual([onHold])
  })
})

describe('what this side sends, in words', () => {
  const words = (local: Partial<MediaStatus> | null, remote = all) =>
    localMediaInWords(local && { ...all, ...local }, remote, 'bob')

  it('shows only states that users forget easily', () => {
    expect(words(null)).toEqual([])
    expect(words({ audio: 'muted' })).toEqual([])
    expect(words({ video: 'screen' })).toEqual(['You share your screen'])
    expect(words({ video: 'screen', held: true })).toEqual(['You have put bob on hold'])
    expect(words({ video: 'screen' }, { ...all, held: true })).toEqual([])
  })

  it('shows states that the user did not cause', () => {
    expect(words({ audio: 'off' })).toEqual(['Your microphone is off'])
    expect(words({ audio: 'interrupted', video: 'interrupted' })).toEqual([
      'Your system has switched off the camera',
      'Your system has switched off the microphone',
    ])
  })
})
