import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { browserMedia } from '../../src/adapters/browser-media.ts'
import { CallError } from '../../src/core/errors.ts'
import type { MediaRequest } from '../../src/core/ports/index.ts'

const audioAndVideo: MediaRequest = { audio: true, video: true }

/** A stream of two tracks; `stopped` counts those that were stopped. */
function fakeStream() {
  const stop = vi.fn()
  const tracks = [{ stop }, { stop }]
  return { stop, stream: { getTracks: () => tracks } as unknown as MediaStream }
}

function devicesThat(answer: (constraints?: MediaStreamConstraints) => Promise<MediaStream>) {
  return { getUserMedia: vi.fn(answer) }
}

/** Subscribes and resolves with the first thing that happens. */
function firstOf(media: ReturnType<typeof browserMedia>, request = audioAndVideo): Promise<unknown> {
  return new Promise((resolve) => {
    const subscription = media.capture(request).subscribe({ next: resolve, error: resolve })
    onTestFinished(() => subscription.unsubscribe())
  })
}

async function errorOf(thrown: unknown, request = audioAndVideo): Promise<CallError> {
  const mediaDevices = devicesThat(() => {
    throw thrown
  })
  const error = await firstOf(browserMedia({ mediaDevices }), request)
  expect(error).toBeInstanceOf(CallError)
  return error as CallError
}

describe('browserMedia', () => {
  it('asks for what is requested, with defaults that the caller can change', async () => {
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
    expect(error).toMatchObject({ code, detail: name, cause: thrown })
    expect(error.message).toContain('the reason')
  })

  it('says what to check when camera and microphone were asked for together', async () => {
    const notFound = new DOMException('', 'NotFoundError')
    expect((await errorOf(notFound)).message).toMatch(/at least one is missing.*both.*one alone/)
    expect((await errorOf(notFound, { audio: true, video: false })).message).toMatch(/no microphone/)
    expect((await errorOf(notFound, { audio: false, video: true })).message).toMatch(/no camera/)
  })

  it('takes an OverconstrainedError that is no Error, and things that are none at all', async () => {
    expect(await errorOf({ name: 'OverconstrainedError', constraint: 'width' })).toMatchObject({
      code: 'no-device',
      detail: 'OverconstrainedError',
    })
    expect(await errorOf('what')).toMatchObject({ code: 'capture-failed', detail: undefined, cause: 'what' })
    expect(await errorOf(null)).toMatchObject({ code: 'capture-failed', cause: null })
  })

  it('says https or localhost where the page has no mediaDevices', async () => {
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
