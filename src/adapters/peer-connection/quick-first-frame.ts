import {
  EMPTY,
  Subject,
  asyncScheduler,
  catchError,
  exhaustMap,
  filter,
  ignoreElements,
  map,
  mergeMap,
  of,
  switchMap,
  take,
  takeWhile,
  tap,
  timer,
  type Observable,
} from 'rxjs'
import { promiseResource } from '../promise-resource.ts'
import { videoParameters, type VideoParameters } from './video-parameters.ts'

/** libwebrtc begins at 300 kbit/s, which it considers enough for frames of this many pixels. */
const quickPixels = 640 * 480

/** Bits per second that libwebrtc considers enough for 1280 x 720 pixels. */
const fullBitrate = 1_000_000

/** Milliseconds between two checks of the bandwidth. */
const lookMs = 1000

export interface QuickFirstFrame {
  /** Prepares `sender` for `track`, which it sends or is about to send. Completes when this has succeeded or failed. */
  readonly prepare: (sender: RTCRtpSender, track: MediaStreamTrack) => Observable<never>
  /** Restores the full size of scaled tracks once there is bandwidth for it. Subscribe before calling `prepare`. */
  readonly restored$: Observable<never>
}

/**
 * Sends the video of `connection` in at most 640 x 480 pixels until the bandwidth for more is known.
 *
 * For a larger picture, the encoder of libwebrtc drops up to four frames. It sends the next one in about a quarter of
 * the width. With a camera of 1280 x 720 pixels and 20 frames a second, this costs each call 200 ms. A picture that is
 * small from the start is sent at once. Screens are not scaled, because small text would be unreadable.
 *
 * The limits in `parameters` still apply. With a lower `maxBitrate`, that much bandwidth is enough for the full size.
 */
export function quickFirstFrame(
  connection: RTCPeerConnection,
  parameters: VideoParameters = videoParameters(),
): QuickFirstFrame {
  /** The factor by which each sender scales down; 1 is final. */
  const factors = new Map<RTCRtpSender, number>()
  /** The senders that accepted the final factor. */
  const full = new WeakSet<RTCRtpSender>()
  const reduced$ = new Subject<RTCRtpSender>()

  const prepare = (sender: RTCRtpSender, track: MediaStreamTrack): Observable<never> => {
    const before = factors.get(sender)
    const factor = factorFor(track)
    if (track.kind !== 'video' || before === 1 || before === factor) return EMPTY
    factors.set(sender, factor)
    if (before === undefined && factor === 1) return EMPTY
    if (before === undefined) reduced$.next(sender)
    return scaleBy(sender, factor).pipe(ignoreElements())
  }

  const scaleBy = (sender: RTCRtpSender, factor: number): Observable<boolean> =>
    parameters.scale(sender, factor).pipe(
      tap((isDone) => {
        if (isDone && factor === 1) full.add(sender)
      }),
    )

  /** Emits once whether `sender` sends in full size. */
  const restore = (sender: RTCRtpSender): Observable<boolean> => {
    if (full.has(sender)) return of(true)
    const isDue$ = factors.get(sender) === 1 ? of(true) : hasBandwidth(connection, parameters)
    return isDue$.pipe(
      switchMap((isDue) => {
        if (!isDue) return of(false)
        factors.set(sender, 1)
        return scaleBy(sender, 1)
      }),
    )
  }

  const restored$ = reduced$.pipe(
    mergeMap((sender) =>
      timer(lookMs, lookMs, asyncScheduler).pipe(
        filter(() => connection.connectionState === 'connected' && sender.track !== null),
        exhaustMap(() => restore(sender)),
        takeWhile((isFull) => !isFull),
        ignoreElements(),
      ),
    ),
  )
  return { prepare, restored$ }
}

function factorFor(track: MediaStreamTrack): number {
  // A package for Node may not support settings.
  const settings = 'getSettings' in track ? track.getSettings() : {}
  if (settings.displaySurface !== undefined) return 1
  const { width = 0, height = 0 } = settings
  return Math.max(1, Math.ceil(Math.sqrt((width * height) / quickPixels)))
}

/** Emits once whether the estimated bandwidth is enough for full size; it counts as enough if the platform estimates none. */
function hasBandwidth(connection: RTCPeerConnection, parameters: VideoParameters): Observable<boolean> {
  return promiseResource(
    () => connection.getStats(),
    () => undefined,
  ).pipe(
    take(1),
    map((report) => {
      // A limited video makes the platform look for no more bandwidth than it may use.
      const { maxBitrate = fullBitrate } = parameters.limits()
      const estimates: number[] = []
      report.forEach(({ availableOutgoingBitrate }: RTCIceCandidatePairStats) => {
        if (availableOutgoingBitrate !== undefined) estimates.push(availableOutgoingBitrate)
      })
      return estimates.length === 0 || Math.max(...estimates) >= Math.min(fullBitrate, maxBitrate)
    }),
    catchError(() => of(true)),
  )
}
