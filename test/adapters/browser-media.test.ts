import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { browserMedia } from '../../src/adapters/browser-media.ts'
import { CallError } from '../../src/core/errors.ts'
import type { CaptureRequest } from '../../src/core/ports/index.ts'
import { FakeMediaTrack, fakeMediaStreamClass as MediaStream } from './support/fake-media-devices.ts'

const audioAndVideo: CaptureRequest = { audio: true, video: true }

/** A stream of two tracks; `stop` counts those that were stopped. */
function fakeStream() {
  const stop = vi.fn()
  const tracks = [new FakeMediaTrack('audio'), new FakeMediaTrack('video')] as const
  for (const track of tracks) track.stop = stop
  return { stop, tracks, stream: { getTracks: () => [...tracks] } as unknown as MediaStream }
}

function devicesThat(answer: (constraints?: MediaStreamConstraints) => Promise<MediaStream>) {
  return { getUserMedia: vi.fn(answer) }
}

/** Subscribes and resolves with the first thing that happens. */
function firstOf(
  media: ReturnType<typeof browserMedia>,
  request: CaptureRequest = audioAndVideo,
): Promise<unknown> {
  return new Promise((resolve) => {
    const subscription = media.capture(request).subscribe({ next: resolve, error: resolve })
    onTestFinished(() => subscription.unsubscribe())
  })
}

async function errorOf(thrown: unknown, request: CaptureRequest = audioAndVideo): Promise<CallError> {
  const mediaDevices = devicesThat(() => {
    throw thrown
  })
  const error = await firstOf(browserMedia({ mediaDevices }), request)
  expect(error).toBeInstanceOf(CallError)
  return error as CallError
}

describe('browserMedia', () => {
  it('requests the wanted media, with defaults that the caller can change', async () => {
    const { stream } = fakeStream()
    const mediaDevices = devicesThat(() => Promise.resolve(stream))
    const media = browserMedia({ mediaDevices, constraints: { video: { facingMode: 'environment' } } })
    expect(await firstOf(media)).toBe(stream)
    await firstOf(media, { audio: true, video: false })

    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
    const video = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'environment' }
    expect(mediaDevices.getUserMedia.mock.calls).toEqual([[{ audio, video }], [{ audio, video: false }]])
  })

  it('stops every track on unsubscription, not before', async () => {
    const { stream, stop } = fakeStream()
    const media = browserMedia({ mediaDevices: devicesThat(() => Promise.resolve(stream)) })
    const subscription = await new Promise<{ unsubscribe(): void }>((resolve) => {
      const held = media.capture(audioAndVideo).subscribe({ next: () => queueMicrotask(() => resolve(held)) })
    })
    expect(stop).not.toHaveBeenCalled()
    subscription.unsubscribe()
    expect(stop).toHaveBeenCalledTimes(2)
  })

  it('stops at once what is granted after unsubscription, and emits nothing', async () => {
    const { stream, stop } = fakeStream()
    let grant: ((stream: MediaStream) => void) | undefined
    const granted = new Promise<MediaStream>((resolve) => (grant = resolve))
    const next = vi.fn()
    browserMedia({ mediaDevices: devicesThat(() => granted) })
      .capture(audioAndVideo)
      .subscribe(next)
      .unsubscribe()
    grant?.(stream)
    await eventLoopTurn()
    expect(stop).toHaveBeenCalledTimes(2)
    expect(next).not.toHaveBeenCalled()
  })

  it.each([
    ['NotFoundError', 'no-device'],
    ['DevicesNotFoundError', 'no-device'],
    ['OverconstrainedError', 'no-device'],
    ['ConstraintNotSatisfiedError', 'no-device'],
    ['NotAllowedError', 'permission-denied'],
    ['PermissionDeniedError', 'permission-denied'],
    ['PermissionDismissedError', 'permission-denied'],
    ['SecurityError', 'permission-denied'],
    ['NotReadableError', 'device-in-use'],
    ['TrackStartError', 'device-in-use'],
    ['AbortError', 'device-in-use'],
    ['InvalidStateError', 'capture-failed'],
    ['TypeError', 'capture-failed'],
  ])('maps %s to %s', async (name, code) => {
    const thrown = new DOMException('the reason', name)
    const error = await errorOf(thrown)
    expect(error).toMatchObject({ code, detail: { exception: name }, cause: thrown })
    expect(error.message).toContain('the reason')
  })

  it('says what to check when camera and microphone were requested together', async () => {
    const notFound = new DOMException('', 'NotFoundError')
    expect((await errorOf(notFound)).message).toMatch(/at least one is missing.*both.*one alone/)
    expect((await errorOf(notFound, { audio: true, video: false })).message).toMatch(/no microphone/)
    expect((await errorOf(notFound, { audio: false, video: true })).message).toMatch(/no camera/)
  })

  it('handles an OverconstrainedError that does not extend Error, and values that are not errors', async () => {
    expect(await errorOf({ name: 'OverconstrainedError', constraint: 'width' })).toMatchObject({
      code: 'no-device',
      detail: { exception: 'OverconstrainedError' },
    })
    expect(await errorOf('what')).toMatchObject({ code: 'capture-failed', detail: {}, cause: 'what' })
    expect(await errorOf(null)).toMatchObject({ code: 'capture-failed', cause: null })
  })

  it('names https or localhost when the page has no mediaDevices', async () => {
    const error = await firstOf(browserMedia())
    expect(error).toMatchObject({ code: 'capture-failed' })
    expect((error as CallError).message).toMatch(/https.*localhost/)
  })

  it("finds the page's own devices when it captures, not earlier", async () => {
    const media = browserMedia()
    const { stream } = fakeStream()
    vi.stubGlobal('navigator', { mediaDevices: devicesThat(() => Promise.resolve(stream)) })
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(await firstOf(media)).toBe(stream)
  })
})

describe('browserMedia: a device of one choice', () => {
  it('is requested by its id, whatever the defaults say', async () => {
    const { stream } = fakeStream()
    const mediaDevices = devicesThat(() => Promise.resolve(stream))
    const media = browserMedia({ mediaDevices, constraints: { video: { deviceId: 'built-in' } } })
    await firstOf(media, { audio: { deviceId: 'headset' }, video: { deviceId: 'front' } })
    expect(mediaDevices.getUserMedia.mock.calls[0]?.[0]).toMatchObject({
      audio: { echoCancellation: true, deviceId: { exact: 'headset' } },
      video: { width: { ideal: 1280 }, deviceId: { exact: 'front' } },
    })
  })

  it('that is gone is reported as the chosen one', async () => {
    const thrown = new DOMException('', 'OverconstrainedError')
    const error = await errorOf(thrown, { audio: false, video: { deviceId: 'front' } })
    expect(error).toMatchObject({ code: 'no-device' })
    expect(error.message).toMatch(/the camera that was chosen is not there.*choose another/)
  })
})

describe('browserMedia: a screen', () => {
  const screen: CaptureRequest = { audio: false, video: 'screen' }
  const refusing = (thrown: DOMException) => ({
    ...devicesThat(() => Promise.reject(new Error('not this one'))),
    // Browsers reject with exceptions of many kinds.
    getDisplayMedia: vi.fn(() => new Promise<MediaStream>((_, reject) => reject(thrown))),
  })

  it("is requested by getDisplayMedia, at once, with the caller's options", async () => {
    const { stream } = fakeStream()
    const getDisplayMedia = vi.fn(() => Promise.resolve(stream))
    const mediaDevices = { ...devicesThat(() => Promise.reject(new Error('not this one'))), getDisplayMedia }
    expect(await firstOf(browserMedia({ mediaDevices }), screen)).toBe(stream)
    // Values that the types would refuse.
    const withSound: DisplayMediaStreamOptions = { video: { frameRate: 5 }, audio: true }
    await firstOf(browserMedia({ mediaDevices, screen: withSound }), screen)
    expect(getDisplayMedia.mock.calls).toEqual([
      [{ video: true, audio: false }],
      [{ video: { frameRate: 5 }, audio: false }],
    ])
    expect(mediaDevices.getUserMedia).not.toHaveBeenCalled()
    const held = browserMedia({ mediaDevices }).capture(screen).subscribe()
    expect(getDisplayMedia).toHaveBeenCalledTimes(3)
    held.unsubscribe()
  })

  it.each([
    ['NotAllowedError', 'screen-refused', /choose one/],
    ['AbortError', 'screen-refused', /choose one/],
    ['InvalidStateError', 'capture-failed', /while handling a click or a key press/],
    ['NotReadableError', 'capture-failed', /NotReadableError/],
  ])('maps %s to %s', async (name, code, advice) => {
    const thrown = new DOMException('the reason', name)
    const error = await firstOf(browserMedia({ mediaDevices: refusing(thrown) }), screen)
    expect(error).toMatchObject({ code, detail: { exception: name }, cause: thrown })
    expect((error as CallError).message).toMatch(advice)
    expect((error as CallError).message).toContain('the reason')
  })

  it('cannot be shared without getDisplayMedia', async () => {
    const mediaDevices = devicesThat(() => Promise.reject(new Error('not this one')))
    const error = await firstOf(browserMedia({ mediaDevices }), screen)
    expect(error).toMatchObject({ code: 'capture-failed' })
    expect((error as CallError).message).toContain('cannot share a screen')
  })
})

describe('browserMedia: a track that ends by itself', () => {
  it('leaves a stream of the others, finally an empty one, and all are stopped in the end', async () => {
    const { stream, stop, tracks } = fakeStream()
    const streams: MediaStream[] = []
    const mediaDevices = devicesThat(() => Promise.resolve(stream))
    const held = browserMedia({ mediaDevices, MediaStream })
      .capture(audioAndVideo)
      .subscribe((each) => streams.push(each))
    await eventLoopTurn()
    tracks[1].end()
    tracks[0].end()
    expect(streams[0]).toBe(stream)
    expect(streams.map((each) => each.getTracks())).toEqual([[...tracks], [tracks[0]], []])

    held.unsubscribe()
    expect(stop).toHaveBeenCalledTimes(2)
    tracks[0].end()
    expect(streams).toHaveLength(3)
  })
})

describe('browserMedia: a track that the system mutes', () => {
  it('emits the stream again, and once more when it is back; of several, the latest', async () => {
    const { stream, tracks } = fakeStream()
    const streams: MediaStream[] = []
    const mediaDevices = devicesThat(() => Promise.resolve(stream))
    const held = browserMedia({ mediaDevices, MediaStream })
      .capture(audioAndVideo)
      .subscribe((each) => streams.push(each))
    await eventLoopTurn()
    tracks[0].mute(true)
    tracks[0].mute(false)
    expect(streams).toEqual([stream, stream, stream])

    tracks[1].end()
    tracks[0].mute(true)
    expect(streams.slice(3).map((each) => each.getTracks())).toEqual([[tracks[0]], [tracks[0]]])
    expect(streams[3]).toBe(streams[4])

    held.unsubscribe()
    tracks[0].mute(false)
    expect(streams).toHaveLength(5)
  })
})

describe('browserMedia: streams and devices', () => {
  const known = (kind: MediaDeviceKind, deviceId: string, label = '') =>
    ({ kind, deviceId, label, groupId: '' }) as MediaDeviceInfo

  class FakeDevices extends EventTarget {
    list: MediaDeviceInfo[] = []
    readonly enumerateDevices = vi.fn(() => Promise.resolve(this.list))
    readonly getUserMedia = vi.fn(() => Promise.resolve(fakeStream().stream))
  }

  it('makes a new stream of tracks, and stops none', () => {
    const { stream, stop } = fakeStream()
    const made = browserMedia({ MediaStream }).stream(stream.getTracks())
    expect(made).not.toBe(stream)
    expect(made.getTracks()).toEqual(stream.getTracks())
    expect(stop).not.toHaveBeenCalled()
  })

  it('emits the available cameras and microphones: at once, when one is added, and after a capture', async () => {
    const mediaDevices = new FakeDevices()
    mediaDevices.list = [known('audioinput', ''), known('audiooutput', 'speaker', 'Speaker')]
    const media = browserMedia({ mediaDevices })
    const seen: unknown[] = []
    const watching = media.devices$.subscribe((devices) => seen.push(devices))
    await eventLoopTurn()
    expect(seen).toEqual([[]])

    mediaDevices.list = [known('audioinput', 'm', 'Microphone'), known('videoinput', 'c', 'Camera')]
    const capture = media.capture(audioAndVideo).subscribe()
    await eventLoopTurn()
    const microphone = { kind: 'audio', deviceId: 'm', label: 'Microphone' }
    expect(seen[1]).toEqual([microphone, { kind: 'video', deviceId: 'c', label: 'Camera' }])

    mediaDevices.list = mediaDevices.list.slice(0, 1)
    mediaDevices.dispatchEvent(new Event('devicechange'))
    await eventLoopTurn()
    expect(seen[2]).toEqual([microphone])

    watching.unsubscribe()
    mediaDevices.dispatchEvent(new Event('devicechange'))
    await eventLoopTurn()
    expect(mediaDevices.enumerateDevices).toHaveBeenCalledTimes(3)
    capture.unsubscribe()
  })

  it('asks for nothing before a subscription, and emits nothing when the browser reports none', async () => {
    const mediaDevices = new FakeDevices()
    browserMedia({ mediaDevices })
    expect(mediaDevices.enumerateDevices).not.toHaveBeenCalled()

    mediaDevices.enumerateDevices.mockRejectedValue(new Error('not here'))
    const firstList = (media: ReturnType<typeof browserMedia>) =>
      new Promise((resolve, reject) => {
        const watching = media.devices$.subscribe({ next: resolve, error: reject })
        onTestFinished(() => watching.unsubscribe())
      })
    expect(await firstList(browserMedia({ mediaDevices }))).toEqual([])
    const silent = devicesThat(() => Promise.reject(new Error('not this one')))
    expect(await firstList(browserMedia({ mediaDevices: silent }))).toEqual([])
    expect(await firstList(browserMedia())).toEqual([])
  })
})
