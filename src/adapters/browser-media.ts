import { Subject, defer, fromEvent, map, merge, of, scan, switchMap, tap, type Observable } from 'rxjs'
import { CallError } from '../core/errors.ts'
import type { CaptureRequest, MediaPort } from '../core/ports/index.ts'
import { captureError, screenError } from './browser-media/capture-error.ts'
import { knownDevices, type DeviceList } from './browser-media/known-devices.ts'
import { promiseResource } from './promise-resource.ts'

export { levels, type LevelsOptions } from './browser-media/levels.ts'
export { silentMicrophone, type SilentMicrophoneOptions } from './browser-media/silent-microphone.ts'
export { speaking, type SpeakingOptions } from './browser-media/speaking.ts'

export interface BrowserMediaOptions {
  /**
   * Merged over the defaults of each kind. If no device satisfies an `exact` constraint, the capture fails with
   * `no-device`.
   */
  readonly constraints?:
    | {
        readonly audio?: MediaTrackConstraints | undefined
        readonly video?: MediaTrackConstraints | undefined
      }
    | undefined
  /** Merged into the request to `getDisplayMedia`, which asks for video alone: a call's audio is the microphone's. */
  readonly screen?: Omit<DisplayMediaStreamOptions, 'audio'> | undefined
  /** Where the devices come from; the page's own `navigator.mediaDevices` by default. */
  readonly mediaDevices?:
    | (Pick<MediaDevices, 'getUserMedia'> & Partial<Pick<MediaDevices, 'getDisplayMedia'> & DeviceList>)
    | undefined
  /** The constructor for streams; the page's own by default. */
  readonly MediaStream?: (new (tracks: MediaStreamTrack[]) => MediaStream) | undefined
}

const audioDefaults: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
}
const videoDefaults: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  facingMode: 'user',
}

/**
 * Camera and microphone by `getUserMedia` (W3C Media Capture and Streams), and the screen by `getDisplayMedia` (W3C
 * Screen Capture).
 *
 * By default asks for speech processing of the audio. For video it asks for 1280 x 720 pixels, preferably from the
 * camera that faces the user. A device chosen by its id is requested with `exact`.
 *
 * @example
 * browserMedia({ constraints: { video: { facingMode: 'environment' } } })
 */
export function browserMedia(options: BrowserMediaOptions = {}): MediaPort {
  const granted$ = new Subject<void>()
  const pageDevices = () => options.mediaDevices ?? devicesOfPage()
  const stream = (tracks: readonly MediaStreamTrack[]) =>
    new (options.MediaStream ?? MediaStream)([...tracks])
  return {
    stream,
    devices$: defer(() => knownDevices(pageDevices() ?? {}, granted$)),
    capture: (request) =>
      promiseResource(
        () => {
          const devices = pageDevices()
          if (devices === undefined) throw new CallError('capture-failed', insecurePage)
          if (request.video !== 'screen') return devices.getUserMedia(constraintsFor(request, options))
          if (!devices.getDisplayMedia) throw new CallError('capture-failed', noScreen)
          return devices.getDisplayMedia({ video: true, ...options.screen, audio: false })
        },
        (stream) => stream.getTracks().forEach((track) => track.stop()),
        (thrown) => {
          if (CallError.is(thrown)) return thrown
          return request.video === 'screen' ? screenError(thrown) : captureError(thrown, request)
        },
      ).pipe(
        tap(() => granted$.next()),
        switchMap((captured) => merge(of(captured), later(captured, stream))),
      ),
  }
}

function constraintsFor(
  { audio, video }: Exclude<CaptureRequest, { readonly video: 'screen' }>,
  { constraints = {} }: BrowserMediaOptions,
): MediaStreamConstraints {
  const chosen = (device: typeof audio) =>
    typeof device === 'object' && { deviceId: { exact: device.deviceId } }
  return {
    audio: audio !== false && { ...audioDefaults, ...constraints.audio, ...chosen(audio) },
    video: video !== false && { ...videoDefaults, ...constraints.video, ...chosen(video) },
  }
}

/**
 * Emits a stream of the remaining tracks each time a track ends by itself; `stop` does not count. Emits the latest
 * stream again each time the system mutes or unmutes a track.
 */
function later(
  captured: MediaStream,
  stream: (tracks: readonly MediaStreamTrack[]) => MediaStream,
): Observable<MediaStream> {
  const tracks = captured.getTracks()
  const when = (...types: string[]) =>
    merge(...tracks.flatMap((track) => types.map((type) => fromEvent(track, type))))
  return merge(
    when('ended').pipe(map(() => stream(tracks.filter(({ readyState }) => readyState === 'live')))),
    when('mute', 'unmute').pipe(map(() => null)),
  ).pipe(scan((present: MediaStream, left) => left ?? present, captured))
}

const insecurePage =
  'there is no navigator.mediaDevices here: browsers offer camera and microphone only to pages served over https or from localhost'
const noScreen = 'this browser cannot share a screen: it has no getDisplayMedia, like all browsers on phones'

/** Missing in an insecure context, whatever the DOM types say, and outside a browser. */
function devicesOfPage(): MediaDevices | undefined {
  const page: { readonly navigator?: { readonly mediaDevices?: MediaDevices } } = globalThis
  return page.navigator?.mediaDevices
}
