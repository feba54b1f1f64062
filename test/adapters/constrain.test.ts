import { firstValueFrom, type Observable } from 'rxjs'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { browserMedia, sharedMedia } from '../../src/adapters/browser-media.ts'
import type { CaptureRequest } from '../../src/core/ports/index.ts'
import { FakeMediaDevices, fakeMediaStreamClass as MediaStream } from './support/fake-media-devices.ts'

/** Resolves with the error of the stream, or with `done`. */
const outcome = (stream$: Observable<never>) =>
  firstValueFrom(stream$, { defaultValue: 'done' }).catch((error: unknown) => error)

function page() {
  const mediaDevices = new FakeMediaDevices()
  const getUserMedia = vi.spyOn(mediaDevices, 'getUserMedia')
  const port = browserMedia({ mediaDevices, MediaStream, constraints: { video: { frameRate: 30 } } })
  const capture = async (request: CaptureRequest, media = port as Pick<typeof port, 'capture'>) => {
    const held = media.capture(request).subscribe()
    onTestFinished(() => held.unsubscribe())
    await eventLoopTurn()
  }
  return { mediaDevices, getUserMedia, port, capture, opened: mediaDevices.opened }
}

describe('constrain', () => {
  it('applies to what is captured now, without its device, and to later captures', async () => {
    const { getUserMedia, port, capture, opened } = page()
    await capture({ audio: true, video: { deviceId: 'camera' } })
    expect(await outcome(port.constrain({ video: { frameRate: 10 } }))).toBe('done')
    const video = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user', frameRate: 10 }
    expect(opened.map(({ constraints }) => constraints)).toEqual([{}, video])

    expect(await outcome(port.constrain({ audio: { noiseSuppression: false } }))).toBe('done')
    await capture({ audio: true, video: true })
    expect(getUserMedia.mock.calls.at(-1)?.[0]).toEqual({
      audio: { echoCancellation: true, noiseSuppression: false, autoGainControl: true },
      video,
    })
  })

  it('reaches the clones of shared captures, and no stopped track or screen', async () => {
    const { port, capture, opened } = page()
    const media = sharedMedia(port)
    await capture({ audio: true, video: false }, media)
    await capture({ audio: true, video: false }, media)
    await capture({ audio: false, video: 'screen' }, media)
    opened[0]?.stop()
    expect(
      await outcome(port.constrain({ audio: { noiseSuppression: false }, video: { frameRate: 1 } })),
    ).toBe('done')
    expect(opened[0]?.constraints).toEqual({})
    expect(opened[0]?.clones[0]?.constraints).toMatchObject({ noiseSuppression: false })
    expect(opened[1]?.constraints).toEqual({})
  })

  it.each(['refuses', 'ignores'] as const)(
    'errors with not-supported and changes nothing when one of several devices %s',
    async (how) => {
      const { getUserMedia, port, capture, opened } = page()
      await capture({ audio: true, video: false })
      await capture({ audio: true, video: false })
      await outcome(port.constrain({ audio: { autoGainControl: false } }))
      const before = opened.map(({ constraints }) => constraints)
      Object.assign(opened[1] ?? {}, { answer: how })
      const error = await outcome(port.constrain({ audio: { noiseSuppression: false } }))
      expect(error).toMatchObject({ code: 'not-supported' })
      expect(opened.map(({ constraints }) => constraints)).toEqual(before)

      await capture({ audio: true, video: false })
      expect(getUserMedia.mock.calls.at(-1)?.[0]?.audio).toMatchObject({
        noiseSuppression: true,
        autoGainControl: false,
      })
    },
  )

  it('applies all changes that are made at the same time', async () => {
    const { getUserMedia, port, capture, opened } = page()
    await capture({ audio: true, video: false })
    const outcomes = await Promise.all([
      outcome(port.constrain({ audio: { noiseSuppression: false } })),
      outcome(port.constrain({ audio: { autoGainControl: false } })),
    ])
    expect(outcomes).toEqual(['done', 'done'])
    const all = { echoCancellation: true, noiseSuppression: false, autoGainControl: false }
    expect(opened[0]?.constraints).toEqual(all)
    await capture({ audio: true, video: false })
    expect(getUserMedia.mock.calls.at(-1)?.[0]?.audio).toEqual(all)
  })

  it('applies a change that is made while another one is refused', async () => {
    const { mediaDevices, port, capture, opened } = page()
    await capture({ audio: true, video: false })
    Object.assign(mediaDevices, { getSupportedConstraints: () => ({ autoGainControl: true }) })
    const outcomes = await Promise.all([
      outcome(port.constrain({ audio: { noiseSuppression: false } })),
      outcome(port.constrain({ audio: { autoGainControl: false } })),
    ])
    expect(outcomes).toEqual([expect.objectContaining({ code: 'not-supported' }), 'done'])
    expect(opened[0]?.constraints).toMatchObject({ noiseSuppression: true, autoGainControl: false })
  })

  it('does not insist on a value that is neither exact nor a boolean', async () => {
    const { port, capture, opened } = page()
    await capture({ audio: false, video: true })
    Object.assign(opened[0] ?? {}, { getSettings: () => ({ frameRate: 15 }) })
    expect(await outcome(port.constrain({ video: { frameRate: 10 } }))).toBe('done')
  })

  it('errors with not-supported if the browser does not know a constraint', async () => {
    const { mediaDevices, port } = page()
    Object.assign(mediaDevices, { getSupportedConstraints: () => ({ frameRate: true }) })
    expect(await outcome(port.constrain({ video: { zoom: 2 } as MediaTrackConstraints }))).toMatchObject({
      code: 'not-supported',
      message: expect.stringContaining('zoom') as unknown,
    })
    expect(await outcome(port.constrain({ video: { frameRate: 2 } }))).toBe('done')
  })
})
