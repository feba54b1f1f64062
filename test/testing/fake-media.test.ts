import { asyncScheduler } from 'rxjs'
import { expect, it } from 'vitest'
import type { CaptureRequest } from '../../src/core/index.ts'
import { fakeMedia, type FakeTrack } from '../../src/testing/index.ts'

const newMedia = () => fakeMedia('alice', { scheduler: asyncScheduler, id: () => '' })
const both = { audio: true, video: true } as const
const headset = { kind: 'audio', deviceId: 'headset', label: 'Headset' } as const
const builtIn = { kind: 'audio', deviceId: 'built-in', label: 'Built-in' } as const

/** The tracks of what is captured now. */
function capture(media: ReturnType<typeof fakeMedia>, request: CaptureRequest): FakeTrack[] {
  media.capture(request).subscribe()
  return media.captured.at(-1)?.getTracks() as readonly unknown[] as FakeTrack[]
}

it('opens the first device of each kind, or the one that is named', () => {
  const media = newMedia()
  const labels = (request: CaptureRequest) => capture(media, request).map(({ label }) => label)
  expect(labels(both)).toEqual(['Microphone', 'Camera'])
  expect(labels({ audio: false, video: 'screen' })).toEqual(['Screen'])
  media.plug([headset, builtIn])
  expect(labels({ audio: { deviceId: 'built-in' }, video: false })).toEqual(['Built-in'])
  expect(labels({ audio: { deviceId: 'gone' }, video: false })).toEqual(['Headset'])
})

it('keeps an open microphone when the default changes, and opens the new one next', () => {
  const media = newMedia()
  media.plug([builtIn, headset])
  const open = capture(media, { audio: true, video: false })
  media.plug([headset, builtIn])
  expect(open).toMatchObject([{ label: 'Built-in', readyState: 'live' }])
  expect(capture(media, { audio: true, video: false })).toMatchObject([{ label: 'Headset' }])
})

it('gives live microphones a level, and those that are opened later', () => {
  const media = newMedia()
  const [first, camera] = capture(media, both)
  const running = media.capture(both).subscribe()
  const ended = media.captured[1]?.getAudioTracks()[0] as unknown as FakeTrack
  running.unsubscribe()
  expect(first?.level).toBeUndefined()
  media.speak(0.3)
  expect([first?.level, camera?.level, ended.level]).toEqual([0.3, undefined, undefined])
  expect(capture(media, both)[0]?.level).toBe(0.3)
  media.speak(0)
  expect(first?.level).toBe(0)
})
