import { BehaviorSubject, Observable, of, Subject, switchMap, throwError } from 'rxjs'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { browserMedia, transformedMedia, type TrackTransforms } from '../../src/adapters/browser-media.ts'
import type { CaptureRequest } from '../../src/core/ports/index.ts'
import {
  FakeMediaDevices,
  FakeMediaTrack,
  fakeMediaStreamClass as MediaStream,
} from './support/fake-media-devices.ts'

/** A blur whose tracks can be counted. */
function blurring() {
  const running = new Set<FakeMediaTrack>()
  const made: FakeMediaTrack[] = []
  const blurred = () =>
    new Observable<MediaStreamTrack>((subscriber) => {
      const track = new FakeMediaTrack('video')
      running.add(track)
      made.push(track)
      subscriber.add(() => {
        running.delete(track)
        track.stop()
      })
      subscriber.next(track as unknown as MediaStreamTrack)
    })
  return { running, made, blurred }
}

async function captured(transforms: TrackTransforms, request: CaptureRequest = { audio: true, video: true }) {
  const mediaDevices = new FakeMediaDevices()
  const media = transformedMedia(browserMedia({ mediaDevices, MediaStream }), transforms)
  const streams: MediaStream[] = []
  const errors: string[] = []
  const watching = media.transformError$.subscribe(({ code, message }) => errors.push(`${code}: ${message}`))
  const held = media.capture(request).subscribe((stream) => streams.push(stream))
  onTestFinished(() => [held, watching].forEach((each) => each.unsubscribe()))
  await eventLoopTurn()
  const video = () => streams.at(-1)?.getVideoTracks()[0]
  return { mediaDevices, streams, errors, held, video, raw: () => mediaDevices.opened }
}

describe('transformedMedia', () => {
  it('emits once each track is ready, and releases everything on unsubscribing', async () => {
    const { running, made, blurred } = blurring()
    const ready$ = new Subject<void>()
    const { streams, held, raw } = await captured({ video: () => ready$.pipe(switchMap(blurred)) })
    expect(streams).toEqual([])
    ready$.next()
    expect(streams).toHaveLength(1)
    const [audio, video] = streams[0]?.getTracks() ?? []
    expect(audio).toBe(raw()[0])
    expect(made[0]?.clones).toEqual([video])
    held.unsubscribe()
    expect(running.size).toBe(0)
    expect([audio, video, ...raw()].map((track) => track?.readyState)).toEqual(Array(4).fill('ended'))
  })

  it('emits a new stream when the transform is turned on or off, and stops what it sent', async () => {
    const { running, blurred } = blurring()
    const on$ = new BehaviorSubject(false)
    const { streams, video, raw } = await captured({
      video: (track) => on$.pipe(switchMap((on) => (on ? blurred() : of(track)))),
    })
    expect(video()).toBe(raw()[1])
    // The user mutes the camera, which disables the input of the blur.
    Object.assign(video() ?? {}, { enabled: false })
    on$.next(true)
    expect(raw()[1]).toMatchObject({ enabled: true, readyState: 'live' })
    const sent = video()
    expect(sent).not.toBe(raw()[1])
    on$.next(false)
    expect(video()).toBe(raw()[1])
    expect([sent?.readyState, raw()[1]?.readyState, running.size]).toEqual(['ended', 'live', 0])
    expect(streams).toHaveLength(3)
  })

  it('closes the camera and releases the transform when the call stops the sent track', async () => {
    const { running, blurred } = blurring()
    const { video, raw } = await captured({ video: blurred })
    video()?.stop()
    expect(raw().map(({ readyState }) => readyState)).toEqual(['live', 'ended'])
    expect(running.size).toBe(0)
  })

  it('sends the captured track if the transform fails, and reports it', async () => {
    const { errors, video, raw } = await captured({ video: () => throwError(() => new Error('no GPU')) })
    expect(video()).toBe(raw()[1])
    expect(errors).toEqual([expect.stringMatching(/^capture-failed: .*video.*/)])
    const thrown = await captured({
      video: () => {
        throw new Error('no GPU')
      },
    })
    expect(thrown.video()).toBe(thrown.raw()[1])
  })

  it('emits the stream of the others when a device ends, and the same stream when one is muted', async () => {
    const { running, blurred } = blurring()
    const { streams, raw } = await captured({ video: blurred })
    raw()[0]?.mute(true)
    expect(streams[1]).toBe(streams[0])
    raw()[1]?.end()
    expect(streams[2]?.getTracks()).toEqual([raw()[0]])
    expect(running.size).toBe(0)
  })

  it('leaves a screen as it is', async () => {
    const { blurred, made } = blurring()
    const { video, raw } = await captured({ video: blurred }, { audio: false, video: 'screen' })
    expect(video()).toBe(raw()[0])
    expect(made).toEqual([])
  })
})
