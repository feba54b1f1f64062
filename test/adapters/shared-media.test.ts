import { asyncScheduler, take } from 'rxjs'
import { setImmediate as eventLoopTurn, setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { browserMedia, sharedMedia, type SharedMediaOptions } from '../../src/adapters/browser-media.ts'
import type { CaptureRequest } from '../../src/core/ports/index.ts'
import { fakeMedia } from '../../src/testing/index.ts'
import { FakeMediaDevices, fakeMediaStreamClass as MediaStream } from './support/fake-media-devices.ts'

const both: CaptureRequest = { audio: true, video: true }

function page(options?: SharedMediaOptions) {
  const mediaDevices = new FakeMediaDevices()
  const media = sharedMedia(browserMedia({ mediaDevices, MediaStream }), options)
  const capture = (request: CaptureRequest = both) => {
    const streams: MediaStream[] = []
    const held = media.capture(request).subscribe({
      next: (stream) => streams.push(stream),
      error: (error: unknown) => streams.push(error as MediaStream),
    })
    onTestFinished(() => held.unsubscribe())
    return { streams, tracks: () => streams.at(-1)?.getTracks() ?? [], stop: () => held.unsubscribe() }
  }
  /** All tracks of the devices that are live. */
  const open = () =>
    mediaDevices.opened
      .flatMap((track) => [track, ...track.allClones()])
      .filter(({ readyState }) => readyState === 'live').length
  return { media, mediaDevices, capture, open }
}

describe('sharedMedia', () => {
  it('opens the devices once for a preview and the call after it', async () => {
    const { mediaDevices, capture, open } = page()
    const preview = capture()
    await eventLoopTurn()
    const call = capture()
    preview.stop()
    await eventLoopTurn()
    expect(call.tracks().map(({ kind, readyState }) => [kind, readyState])).toEqual([
      ['audio', 'live'],
      ['video', 'live'],
    ])
    expect(mediaDevices.requests).toBe(1)
    call.stop()
    await delay(1)
    expect(open()).toBe(0)
  })

  it('hands over in the other order within one turn, and closes after it', async () => {
    const { mediaDevices, capture, open } = page()
    const preview = capture()
    await eventLoopTurn()
    preview.stop()
    expect(preview.tracks().every(({ readyState }) => readyState === 'ended')).toBe(true)
    const call = capture()
    await delay(1)
    expect(call.tracks().filter(({ readyState }) => readyState === 'live')).toHaveLength(2)
    expect(open()).toBe(2)
    call.stop()
    await delay(1)
    expect(open()).toBe(0)

    capture()
    await eventLoopTurn()
    expect(mediaDevices.requests).toBe(2)
  })

  it('shares a request that the user has not answered yet', async () => {
    const { mediaDevices, capture } = page()
    const grant = mediaDevices.holdGrants()
    const left = capture()
    left.stop()
    const [one, other] = [capture(), capture()]
    grant()
    await eventLoopTurn()
    expect(mediaDevices.requests).toBe(1)
    expect([left, one, other].map(({ streams }) => streams.length)).toEqual([0, 1, 1])
  })

  it('gives live tracks to the second of two who wait when the first leaves with its first stream', async () => {
    const { media, mediaDevices, capture, open } = page()
    const grant = mediaDevices.holdGrants()
    media.capture(both).pipe(take(1)).subscribe()
    const second = capture()
    grant()
    await eventLoopTurn()
    expect(second.tracks().map(({ kind, readyState }) => [kind, readyState])).toEqual([
      ['audio', 'live'],
      ['video', 'live'],
    ])
    await delay(1)
    expect(open()).toBe(2)
    second.stop()
    await delay(1)
    expect(open()).toBe(0)
  })

  it('keeps a capture of tracks without events open for everyone who joins', () => {
    const world = { scheduler: asyncScheduler, id: () => '' }
    const media = sharedMedia(fakeMedia('alice', world))
    const seen: (MediaStream | 'completed')[] = []
    for (const _ of ['first', 'second']) {
      const held = media
        .capture(both)
        .subscribe({ next: (stream) => seen.push(stream), complete: () => seen.push('completed') })
      onTestFinished(() => held.unsubscribe())
    }
    expect(seen).toHaveLength(2)
    const tracks = seen.flatMap((stream) => (stream === 'completed' ? [] : stream.getTracks()))
    expect(tracks.map(({ readyState }) => readyState)).toEqual(Array(4).fill('live'))
  })

  it('gives each subscriber tracks to mute and stop', async () => {
    const { capture, open } = page()
    const preview = capture()
    await eventLoopTurn()
    preview.tracks().forEach((track) => (track.enabled = false))
    const call = capture()
    expect(call.tracks().every(({ enabled }) => enabled)).toBe(true)
    call
      .tracks()
      .slice(1)
      .forEach((track) => track.stop())
    expect(preview.tracks()[1]?.readyState).toBe('live')
    // Once both have stopped their camera, it is closed.
    preview.tracks()[1]?.stop()
    expect(open()).toBe(2)
  })

  it('tells every subscriber that the system has muted or ended a track', async () => {
    const { mediaDevices, capture } = page()
    const preview = capture()
    await eventLoopTurn()
    const call = capture()
    mediaDevices.opened[0]?.mute(true)
    expect([preview, call].map(({ streams }) => streams.length)).toEqual([2, 2])
    expect([preview, call].map(({ tracks }) => tracks()[0]?.muted)).toEqual([true, true])
    mediaDevices.opened[1]?.end()
    expect([preview, call].map(({ tracks }) => tracks().length)).toEqual([1, 1])
  })

  it('opens a device again after it has ended', async () => {
    const { mediaDevices, capture } = page()
    const preview = capture()
    await eventLoopTurn()
    mediaDevices.opened[1]?.end()
    const call = capture()
    await eventLoopTurn()
    expect(mediaDevices.requests).toBe(2)
    expect(call.tracks().filter(({ readyState }) => readyState === 'live')).toHaveLength(2)
    preview.stop()
    await delay(1)
    expect(capture().streams).toHaveLength(1)
    expect(mediaDevices.requests).toBe(2)
  })

  it.each<[string, CaptureRequest]>([
    ['another request', { audio: true, video: false }],
    ['a screen', { audio: false, video: 'screen' }],
    ['an entry that may change its meaning', { audio: { deviceId: 'default' }, video: false }],
  ])('opens %s', async (_, request) => {
    const { mediaDevices, capture } = page()
    mediaDevices.plug('audioinput', 'default')
    capture()
    capture(request)
    capture(request)
    await eventLoopTurn()
    expect(mediaDevices.requests).toBe(
      'deviceId' in Object(request.audio) || request.video === 'screen' ? 3 : 2,
    )
  })

  it('fails for all who wait, and asks again afterwards', async () => {
    const { mediaDevices, capture } = page()
    mediaDevices.failing.capture = 'NotAllowedError'
    const waiting = [capture(), capture()]
    await eventLoopTurn()
    expect(waiting.map(({ streams }) => streams)).toMatchObject([
      [{ code: 'permission-denied' }],
      [{ code: 'permission-denied' }],
    ])
    capture()
    expect(mediaDevices.requests).toBe(2)
  })

  it('keeps the devices open for the grace', async () => {
    const { capture, open } = page({ graceMs: 40 })
    const preview = capture()
    await eventLoopTurn()
    preview.stop()
    await delay(10)
    expect(open()).toBe(2)
    await expect.poll(open).toBe(0)
  })
})
