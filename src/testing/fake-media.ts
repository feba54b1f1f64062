import { BehaviorSubject, defer, Observable, of, switchMap, throwError, timer } from 'rxjs'
import type { CallError } from '../core/errors.ts'
import type { CaptureRequest, Env, MediaDevice, MediaPort } from '../core/ports/index.ts'
import { fakeStream, fakeStreamOf, type FakeTrack } from './fake-stream.ts'

export interface FakeMediaOptions {
  /** Milliseconds until the user answers the permission prompt. Default: 0, synchronously. */
  readonly delayMs?: number | undefined
  /** Makes captures fail: they error with the returned error, after the delay. */
  readonly refuse?: ((request: CaptureRequest) => CallError | undefined) | undefined
  /** The devices at the start. Default: a microphone and a camera. */
  readonly devices?: readonly MediaDevice[] | undefined
}

/** A {@link MediaPort} without devices that keeps track of everything it has captured. */
export interface FakeMedia extends MediaPort {
  /** Every request ever made, in order; each is added on subscribing. */
  readonly requested: readonly CaptureRequest[]
  /** Every stream ever captured, in order. */
  readonly captured: readonly MediaStream[]
  /** How many local tracks are live: 0 once every call has ended. */
  readonly liveTracks: () => number
  /** Ends the live tracks of the kind, as if the device were unplugged, or the user stopped sharing. */
  readonly end: (kind: 'audio' | 'video') => void
  /** Mutes or unmutes the live tracks of the kind, as the system does during a phone call. */
  readonly interrupt: (kind: 'audio' | 'video', muted: boolean) => void
  /**
   * Replaces the list of devices. The first one of each kind is the default, which opens unless the request names
   * another. Open devices stay open: see `end`. The `label` of a captured track tells which device it comes from.
   */
  readonly plug: (devices: readonly MediaDevice[]) => void
  /**
   * How loud the microphones are from now on, from 0 to 1, those that are opened later included. It is the `level` of
   * the captured tracks, and virtual peers report it.
   *
   * @example
   * from([0.3, 0]).pipe(concatMap((level) => timer(500).pipe(map(() => level)))).subscribe(media.speak)
   */
  readonly speak: (level: number) => void
}

/** An open capture, and the events that can happen to it. */
type Running = Pick<FakeMedia, 'end' | 'interrupt'>

const oneOfEach: readonly MediaDevice[] = [
  { kind: 'audio', deviceId: 'microphone', label: 'Microphone' },
  { kind: 'video', deviceId: 'camera', label: 'Camera' },
]

/**
 * Camera, microphone and screen in virtual time: each capture is a new stream, whose tracks stop when it is
 * unsubscribed.
 *
 * @example
 * const media = fakeMedia('alice', env, { refuse: () => new CallError('permission-denied', 'no camera today') })
 * createCallClient({ signaling, peer, media, env })
 */
export function fakeMedia(
  name: string,
  env: Env,
  { delayMs = 0, refuse, devices = oneOfEach }: FakeMediaOptions = {},
): FakeMedia {
  const requested: CaptureRequest[] = []
  const captured: MediaStream[] = []
  /** The captured tracks that were live at the last count. An ended track never becomes live again. */
  let lastLive: MediaStreamTrack[] = []
  const device$ = new BehaviorSubject(devices)
  const running = new Set<Running>()
  let made = 0
  let level: number | undefined
  const labelOf = (kind: 'audio' | 'video', choice: CaptureRequest['audio' | 'video']) => {
    if (choice === 'screen') return 'Screen'
    const present = device$.value.filter((device) => device.kind === kind)
    const chosen =
      typeof choice === 'object' ? present.find(({ deviceId }) => deviceId === choice.deviceId) : undefined
    return (chosen ?? present[0])?.label ?? ''
  }
  const stream = (tracks: readonly MediaStreamTrack[]) =>
    fakeStreamOf(`${name}-made-${++made}`, tracks as readonly unknown[] as readonly FakeTrack[])
  const open = (request: CaptureRequest) => {
    const kinds = (['audio', 'video'] as const).filter((kind) => request[kind])
    const opened = fakeStream(`${name}-${captured.length + 1}`, kinds)
    for (const track of opened.getTracks() as readonly unknown[] as FakeTrack[]) {
      track.label = labelOf(track.kind, request[track.kind])
      if (track.kind === 'audio' && level !== undefined) track.level = level
    }
    captured.push(opened)
    lastLive.push(...opened.getTracks())
    return opened
  }
  const held = (request: CaptureRequest) =>
    new Observable<MediaStream>((subscriber) => {
      const opened = open(request)
      const tracks = opened.getTracks()
      let present = opened
      const live = () => tracks.filter(({ readyState }) => readyState === 'live')
      const each: Running = {
        end(kind) {
          const ending = live().filter((track) => track.kind === kind)
          ending.forEach((track) => track.stop())
          if (ending.length > 0) subscriber.next((present = stream(live())))
        },
        interrupt(kind, muted) {
          const changed = live().filter((track) => track.kind === kind && track.muted !== muted)
          changed.forEach((track) => Object.assign(track, { muted }))
          if (changed.length > 0) subscriber.next(present)
        },
      }
      running.add(each)
      subscriber.add(() => {
        running.delete(each)
        tracks.forEach((track) => track.stop())
      })
      subscriber.next(opened)
    })
  const answer = (request: CaptureRequest): Observable<MediaStream> => {
    const error = refuse?.(request)
    return error ? throwError(() => error) : held(request)
  }
  const asked$ = delayMs === 0 ? of(0) : timer(delayMs, env.scheduler)
  return {
    capture: (request) =>
      defer(() => {
        requested.push(request)
        return asked$.pipe(switchMap(() => answer(request)))
      }),
    stream,
    devices$: device$.asObservable(),
    requested,
    captured,
    end: (kind) => [...running].forEach((capture) => capture.end(kind)),
    interrupt: (kind, muted) => [...running].forEach((capture) => capture.interrupt(kind, muted)),
    plug: (devices) => device$.next(devices),
    speak(next) {
      level = next
      for (const track of captured.flatMap((stream) => stream.getAudioTracks()))
        if (track.readyState === 'live') Object.assign(track, { level })
    },
    liveTracks: () => {
      if (lastLive.length > 0) lastLive = lastLive.filter((track) => track.readyState === 'live')
      return lastLive.length
    },
  }
}
