import {
  asyncScheduler,
  defer,
  finalize,
  Observable,
  ReplaySubject,
  share,
  timer,
  type SchedulerLike,
} from 'rxjs'
import type { CaptureRequest, MediaPort } from '../../core/ports/index.ts'
import { trackChanges } from './track-changes.ts'

export interface SharedMediaOptions {
  /**
   * How long a device stays open after the last capture with a live track of it was unsubscribed, in milliseconds.
   * Default: 0, the rest of the turn of the event loop.
   */
  readonly graceMs?: number | undefined
  /** The clock; the real one by default. */
  readonly scheduler?: SchedulerLike | undefined
}

/** A port whose copies of tracks may need more than `track.clone()`, like those of `browserMedia`. */
export interface CloningPort extends MediaPort {
  readonly clone?: (track: MediaStreamTrack) => MediaStreamTrack
}

/**
 * A port whose captures of the same request share the devices. So a preview before the call is a subscription, and the
 * call opens nothing.
 *
 * The first subscriber gets the captured tracks, the others get clones. Each may mute or stop its own tracks without an
 * effect on the others. A device is closed once all tracks of it are stopped. Unsubscribing stops the tracks of that
 * subscriber. A device stays open for `graceMs` after the last subscriber with a live track of it. So a preview may end
 * just before the call begins.
 *
 * A request is captured again if a device of it has ended. Never shared are screens, nor the browser's entries `default`
 * and `communications`: they may mean another device by now.
 *
 * @example
 * const media = sharedMedia(browserMedia())
 * const client = createCallClient({ signaling, peer, media })
 * media.capture({ audio: true, video: true }).subscribe({
 *   next: (stream) => (preview.srcObject = stream),
 *   error: ({ message }) => (note.textContent = message),
 * })
 */
export function sharedMedia(
  port: CloningPort,
  { graceMs = 0, scheduler = asyncScheduler }: SharedMediaOptions = {},
): Required<CloningPort> {
  const captures = new Map<string, SharedCapture>()
  const grace$ = timer(graceMs, scheduler)
  const clone = (track: MediaStreamTrack) => port.clone?.(track) ?? track.clone()
  const open = (key: string, request: CaptureRequest): SharedCapture => {
    const capture: SharedCapture = {
      request,
      holders: new Set(),
      owner: null,
      stream$: port.capture(request).pipe(
        finalize(() => {
          if (captures.get(key) === capture) captures.delete(key)
        }),
        share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: () => grace$ }),
      ),
    }
    captures.set(key, capture)
    return capture
  }
  const stream = (tracks: readonly MediaStreamTrack[]) => port.stream(tracks)
  return {
    stream,
    clone,
    devices$: port.devices$,
    capture: (request) =>
      isShareable(request)
        ? defer(() => {
            const key = JSON.stringify([request.audio, request.video])
            const present = captures.get(key)
            const capture = present && canJoin(present) ? present : open(key, request)
            return held(capture, { clone, stream, grace$ })
          })
        : port.capture(request),
  }
}

/** The tracks of one subscriber. */
interface Holder {
  tracks: readonly MediaStreamTrack[]
}

/** What was captured for one request, and who holds tracks of it. */
interface SharedCapture {
  readonly request: CaptureRequest
  readonly stream$: Observable<MediaStream>
  readonly holders: Set<Holder>
  /** The holder of the captured tracks; the others have clones. */
  owner: Holder | null
}

interface Tools {
  readonly clone: (track: MediaStreamTrack) => MediaStreamTrack
  readonly stream: MediaPort['stream']
  readonly grace$: Observable<unknown>
}

function held(capture: SharedCapture, { clone, stream, grace$ }: Tools): Observable<MediaStream> {
  return new Observable((subscriber) => {
    const holder: Holder = { tracks: [] }
    capture.holders.add(holder)
    subscriber.add(() => {
      capture.holders.delete(holder)
      keep(capture, lastOfTheirKind(holder, capture).map(clone), grace$)
      for (const track of holder.tracks) track.stop()
    })
    let hasJoined = false
    const follow = (captured: MediaStream) => {
      capture.owner ??= holder
      if (capture.owner === holder) {
        holder.tracks = captured.getTracks()
        subscriber.next(captured)
      } else if (!hasJoined) {
        hasJoined = true
        holder.tracks = liveTracks(capture).map((track) => Object.assign(clone(track), { enabled: true }))
        // Completes if the tracks have no events. The capture does not.
        subscriber.add(
          trackChanges(stream(holder.tracks), stream).subscribe({
            next: (present) => subscriber.next(present),
            error: (thrown: unknown) => subscriber.error(thrown),
          }),
        )
      }
    }
    subscriber.add(
      capture.stream$.subscribe({
        next: follow,
        error: (thrown: unknown) => subscriber.error(thrown),
        complete: () => subscriber.complete(),
      }),
    )
  })
}

/** The live tracks of a subscriber that leaves, of which no other one has a live track. */
function lastOfTheirKind({ tracks }: Holder, { holders }: SharedCapture): MediaStreamTrack[] {
  const others = [...holders].flatMap((holder) => holder.tracks.filter(isLive))
  return tracks.filter((track) => isLive(track) && !others.some(({ kind }) => kind === track.kind))
}

/** Holds clones for the grace, so that a subscriber who waits or comes then finds the devices open. */
function keep({ holders }: SharedCapture, tracks: readonly MediaStreamTrack[], grace$: Observable<unknown>) {
  if (tracks.length === 0) return
  const kept: Holder = { tracks }
  holders.add(kept)
  grace$.subscribe({
    next: () => {
      holders.delete(kept)
      for (const track of tracks) track.stop()
    },
    error: () => undefined,
  })
}

/** One live track of each requested kind that has one. */
function liveTracks({ request, holders }: SharedCapture): MediaStreamTrack[] {
  const live = [...holders].flatMap(({ tracks }) => tracks.filter(isLive))
  return (['audio', 'video'] as const).flatMap((kind) =>
    request[kind] === false ? [] : (live.find((track) => track.kind === kind) ?? []),
  )
}

/** A capture that waits for the user's permission can be joined, too. */
function canJoin(capture: SharedCapture): boolean {
  const { audio, video } = capture.request
  const wanted = [audio, video].filter((device) => device !== false).length
  return capture.owner === null || liveTracks(capture).length === wanted
}

const isLive = ({ readyState }: MediaStreamTrack): boolean => readyState === 'live'

const isShareable = ({ audio, video }: CaptureRequest): boolean =>
  video !== 'screen' && ![audio, video].some(canChange)

/** Entries of Chromium that stand for the device which the system prefers at the moment. */
const canChange = (device: CaptureRequest['audio' | 'video']): boolean =>
  typeof device === 'object' && ['default', 'communications'].includes(device.deviceId)
