import { BehaviorSubject, EMPTY, lastValueFrom, Observable, of, Subject, switchMap, throwError } from 'rxjs'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  browserMedia,
  sharedMedia,
  transformedMedia,
  type BrowserMedia,
  type TrackTransforms,
} from '../../src/adapters/browser-media.ts'
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
    const plain = video()
    expect(raw()[1]?.clones).toEqual([plain])
    on$.next(true)
    const sent = video()
    expect(sent).not.toBe(plain)
    expect([plain?.readyState, raw()[1]?.readyState, running.size]).toEqual(['ended', 'live', 1])
    on$.next(false)
    expect(raw()[1]?.clones).toEqual([plain, video()])
    expect([sent?.readyState, raw()[1]?.readyState, running.size]).toEqual(['ended', 'live', 0])
    expect(streams).toHaveLength(3)
  })

  it.each([
    ['is turned on', (blurred: () => Observable<MediaStreamTrack>) => blurred()],
    ['fails', () => throwError(() => new Error('no GPU'))],
  ])('never enables what is sent when the transform %s while muted', async (_, next) => {
    const on$ = new BehaviorSubject(false)
    const { blurred } = blurring()
    const { video, raw } = await captured({
      video: (track) => on$.pipe(switchMap((on) => (on ? next(blurred) : of(track)))),
    })
    const plain = video()
    // The user mutes the camera. The sender sends `plain` until it has been told of the next track.
    Object.assign(plain ?? {}, { enabled: false })
    on$.next(true)
    expect(plain?.enabled).toBe(false)
    expect(video()).not.toBe(plain)
    expect(video()?.enabled).toBe(false)
    // The transform still has a picture to work on.
    expect(raw()[1]).toMatchObject({ enabled: true, readyState: 'live' })
  })

  it('closes the camera and releases the transform when the call stops the sent track', async () => {
    const { running, blurred } = blurring()
    const { video, raw } = await captured({ video: blurred })
    video()?.stop()
    expect(raw().map(({ readyState }) => readyState)).toEqual(['live', 'ended'])
    expect(running.size).toBe(0)
  })

  it('sends a copy of the captured track if the transform fails, and reports it', async () => {
    const { errors, video, raw } = await captured({ video: () => throwError(() => new Error('no GPU')) })
    expect(raw()[1]?.clones).toEqual([video()])
    expect(errors).toEqual([expect.stringMatching(/^capture-failed: .*video.*/)])
    const thrown = await captured({
      video: () => {
        throw new Error('no GPU')
      },
    })
    expect(thrown.raw()[1]?.clones).toEqual([thrown.video()])
    thrown.video()?.stop()
    expect(thrown.raw()[1]?.readyState).toBe('ended')
  })

  it('sends a copy of the captured track if the transform completes without a track, and reports it', async () => {
    const { errors, streams, video, raw } = await captured({ video: () => EMPTY })
    expect(streams).toHaveLength(1)
    expect(raw()[1]?.clones).toEqual([video()])
    expect(errors).toEqual([expect.stringMatching(/^capture-failed: .*video.*/)])
  })

  it('sends the last track of a transform that completes', async () => {
    const { errors, streams, video, raw } = await captured({ video: (track) => of(track) })
    expect(video()?.readyState).toBe('live')
    expect([streams.length, errors, raw()[1]?.clones.length]).toEqual([1, [], 1])
  })

  it('emits the stream again when the system mutes a camera whose transform is off', async () => {
    const { streams, video, raw } = await captured({ video: (track) => of(track) })
    raw()[1]?.mute(true)
    expect(streams.length).toBeGreaterThan(1)
    expect(new Set(streams).size).toBe(1)
    // Browsers fire the events of a track and of its clones one after the other.
    video()?.dispatchEvent(new Event('unmute'))
    expect(streams.length).toBeGreaterThan(2)
  })

  it('lets constrain reach what it sends while the transform is off, also around sharedMedia', async () => {
    for (const around of [(port: BrowserMedia) => port, sharedMedia]) {
      const mediaDevices = new FakeMediaDevices()
      const port = browserMedia({ mediaDevices, MediaStream })
      const media = transformedMedia(around(port), { audio: (track) => of(track) })
      const streams: MediaStream[] = []
      const held = media.capture({ audio: true, video: false }).subscribe((each) => streams.push(each))
      onTestFinished(() => held.unsubscribe())
      await eventLoopTurn()
      await lastValueFrom(port.constrain({ audio: { noiseSuppression: false } }), { defaultValue: null })
      const sent = streams[0]?.getAudioTracks()[0] as unknown as FakeMediaTrack
      expect(sent.constraints).toMatchObject({ noiseSuppression: false })
    }
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
