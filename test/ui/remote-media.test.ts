import type { MediaStatus } from 'rxcall'
import { describe, expect, it } from 'vitest'
import { localMediaInWords, remoteMediaInWords } from '../../src/ui/text/remote-media.ts'

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
    [{ ...all, audio: 'off' }, ['bob has no microphone on']],
    [
      { audio: 'muted', video: 'screen', held: false },
      ['bob shares the screen', 'bob has muted the microphone'],
    ],
    [{ audio: 'muted', video: 'screen', held: true }, ['bob has put you on hold']],
  ])('%j: %j', (media, words) => {
    expect(remoteMediaInWords(media, 'bob', false)).toEqual(words)
  })

  it('says that a camera is off which was on, but not on hold', () => {
    const media: MediaStatus = { audio: 'muted', video: 'off', held: false }
    expect(remoteMediaInWords(media, 'bob', true)).toEqual([
      'bob’s camera is off',
      'bob has muted the microphone',
    ])
    expect(remoteMediaInWords({ ...media, held: true }, 'bob', true)).toEqual(['bob has put you on hold'])
  })
})

describe('what this side sends, in words', () => {
  it('is what is easily forgotten', () => {
    expect(localMediaInWords(null, 'bob')).toEqual([])
    expect(localMediaInWords({ ...all, audio: 'muted' }, 'bob')).toEqual([])
    expect(localMediaInWords({ ...all, video: 'screen' }, 'bob')).toEqual(['You share your screen'])
    expect(localMediaInWords({ ...all, video: 'screen', held: true }, 'bob')).toEqual([
      'You have put bob on hold',
    ])
  })
})
