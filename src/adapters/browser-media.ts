import { defer, from, ignoreElements, map, Subject, switchMap, tap, type Observable } from 'rxjs'
import { CallError } from '../core/errors.ts'
import type { CaptureRequest, MediaPort } from '../core/ports/index.ts'
import { captureError, screenError } from './browser-media/capture-error.ts'
import { constraintsFor, type DeviceConstraints } from './browser-media/constraints.ts'
import {
  devicesOfPage,
  inputsAmong,
  listedDevices,
  speakersAmong,
  type DeviceList,
  type Speaker,
} from './browser-media/known-devices.ts'
import { liveConstraints } from './browser-media/live-constraints.ts'
import { trackChanges } from './browser-media/track-changes.ts'
import { promiseResource } from './promise-resource.ts'

export type { DeviceConstraints } from './browser-media/constraints.ts'
export type { DeviceList, Speaker } from './browser-media/known-devices.ts'
export { levels, type LevelsOptions } from './browser-media/levels.ts'
export { otherCamera } from './browser-media/other-camera.ts'
export { permissions, type DevicePermission, type DevicePermissions } from './browser-media/permissions.ts'
export {
  playThrough,
  type PlayingElement,
  type PlayThroughOptions,
  type SpeakerInUse,
} from './browser-media/play-through.ts'
export { sharedMedia, type CloningPort, type SharedMediaOptions } from './browser-media/shared-media.ts'
export { silentMicrophone, type SilentMicrophoneOptions } from './browser-media/silent-microphone.ts'
export { speaking, type SpeakingOptions } from './browser-media/speaking.ts'
export {
  transformedMedia,
  type TrackTransform,
  type TrackTransforms,
  type TransformedMedia,
} from './browser-media/transformed-media.ts'

export interface BrowserMediaOptions {
  /**
   * Merged over the defaults of each kind. If no device satisfies an `exact` constraint, the capture fails with
   * `no-device`.
   */
  readonly constraints?: DeviceConstraints | undefined
  /** Merged into the request to `getDisplayMedia`, which asks for video alone: a call's audio is the microphone's. */
  readonly screen?: Omit<DisplayMediaStreamOptions, 'audio'> | undefined
  /** Where the devices come from; the page's own `navigator.mediaDevices` by default. */
  readonly mediaDevices?:
    | (Pick<MediaDevices, 'getUserMedia'> &
        Partial<Pick<MediaDevices, 'getDisplayMedia' | 'getSupportedConstraints'> & DeviceList>)
    | undefined
  /** The constructor for streams; the page's own by default. */
  readonly MediaStream?: (new (tracks: MediaStreamTrack[]) => MediaStream) | undefined
}

/** The {@link MediaPort} of a browser, and what only a browser has. */
export interface BrowserMedia extends MediaPort {
  /**
   * The speakers and headphones to choose from. Emits like `devices$`. The list is empty in browsers that cannot choose
   * one.
   */
  readonly speakers$: Observable<readonly Speaker[]>
  /**
   * Subscribing applies the constraints to what is captured now, clones from `clone` included, and to later captures. They
   * change the present constraints: those that are not named stay. Completes once they are in effect. Screens are left as
   * they are.
   *
   * Errors with a CallError `not-supported` if the browser does not know a constraint, or a device refuses it. Also
   * errors if a device ignores a boolean, such as `noiseSuppression: false`. Nothing has changed then. Any other value
   * that is not `exact` is a wish, so the device may choose another one.
   *
   * Changes are applied one after the other. Unsubscribing has no effect.
   */
  constrain(change: DeviceConstraints): Observable<never>
  /** Clones a captured track. `constrain` changes the clone, too. The caller stops it. */
  clone(track: MediaStreamTrack): MediaStreamTrack
}

/**
 * Camera and microphone by `getUserMedia` (W3C Media Capture and Streams), and the screen by `getDisplayMedia` (W3C
 * Screen Capture).
 *
 * By default asks for speech processing of the audio. For video it asks for 1280 x 720 pixels, preferably from the
 * camera that faces the user. A device chosen by its id is requested with `exact`. The track of a screen gets the content
 * hint `detail`, so that text stays sharp on a slow path.
 *
 * @example
 * browserMedia({ constraints: { video: { facingMode: 'environment' } } })
 */
export function browserMedia(options: BrowserMediaOptions = {}): BrowserMedia {
  const granted$ = new Subject<void>()
  const pageDevices = () => options.mediaDevices ?? devicesOfPage()
  const constraints = liveConstraints(options.constraints ?? {}, () =>
    pageDevices()?.getSupportedConstraints?.(),
  )
  const listed$ = defer(() => listedDevices(pageDevices() ?? {}, granted$))
  const stream = (tracks: readonly MediaStreamTrack[]) =>
    new (options.MediaStream ?? MediaStream)([...tracks])
  const prepare = (captured: MediaStream, { video }: CaptureRequest) => {
    for (const track of captured.getTracks())
      if (video !== 'screen') constraints.add(track)
      else hintDetail(track)
    granted$.next()
  }
  return {
    stream,
    devices$: listed$.pipe(map(inputsAmong)),
    speakers$: listed$.pipe(map(speakersAmong)),
    constrain: (change) => defer(() => from(constraints.change(change))).pipe(ignoreElements()),
    clone(track) {
      const clone = track.clone()
      if (constraints.has(track)) constraints.add(clone)
      return clone
    },
    capture: (request) =>
      promiseResource(
        () => {
          const devices = pageDevices()
          if (devices === undefined) throw new CallError('capture-failed', insecurePage)
          if (request.video !== 'screen')
            return devices.getUserMedia(constraintsFor(request, constraints.present()))
          if (!devices.getDisplayMedia) throw new CallError('capture-failed', noScreen)
          return devices.getDisplayMedia({ video: true, ...options.screen, audio: false })
        },
        (stream) => stream.getTracks().forEach((track) => track.stop()),
        (thrown) => {
          if (CallError.is(thrown)) return thrown
          return request.video === 'screen' ? screenError(thrown) : captureError(thrown, request)
        },
      ).pipe(
        tap((captured) => prepare(captured, request)),
        switchMap((captured) => trackChanges(captured, stream)),
      ),
  }
}

/** Firefox lacks content hints. */
function hintDetail(track: Partial<MediaStreamTrack>): void {
  if ('contentHint' in track) track.contentHint = 'detail'
}

const insecurePage =
  'there is no navigator.mediaDevices here: browsers offer camera and microphone only to pages served over https or from localhost'
const noScreen = 'this browser cannot share a screen: it has no getDisplayMedia, like all browsers on phones'
