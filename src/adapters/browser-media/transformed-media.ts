import { defer, fromEvent, merge, NEVER, Observable, Subject, Subscription } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { MediaPort } from '../../core/ports/index.ts'
import type { CloningPort } from './shared-media.ts'

/** Makes the tracks to send from a captured one. It emits the first one when it is ready, and may emit others later. */
export type TrackTransform = (track: MediaStreamTrack) => Observable<MediaStreamTrack>

export interface TrackTransforms {
  readonly audio?: TrackTransform | undefined
  readonly video?: TrackTransform | undefined
}

/** A {@link MediaPort} that reports what goes wrong with its transforms. */
export interface TransformedMedia extends MediaPort {
  /** A `capture-failed` for each transform that has failed. Never errors, and never completes. */
  readonly transformError$: Observable<CallError>
}

/**
 * A port that sends what `transforms` make of the captured tracks: a blurred background, a microphone without noise.
 * Each capture subscribes to the transform of its tracks, and emits once each has a track. When a transform emits another
 * track, the capture emits a new stream with it. A transform that emits its own input is off. Screens are left as they
 * are.
 *
 * A kind with a transform sends a copy of the output, also while the transform is off. So muting what is sent leaves the
 * transform its input. A new track is muted if the one before it was.
 *
 * A transform owns the tracks that it makes: it stops them when it is unsubscribed. That happens when the capture is
 * unsubscribed, or the call stops the track. If a transform errors, or completes without a track, the captured picture
 * or sound is sent, and `transformError$` emits. For a blur that must not fail open, catch the error and emit a black
 * track instead.
 *
 * Put it around `sharedMedia`, not inside. Otherwise the first capture that ends stops the transform of the others.
 *
 * @example
 * const blur$ = new BehaviorSubject(true)
 * const media = transformedMedia(sharedMedia(browserMedia()), {
 *   video: (track) => blur$.pipe(switchMap((on) => (on ? blurred(track) : of(track)))),
 * })
 */
export function transformedMedia(port: CloningPort, transforms: TrackTransforms): TransformedMedia {
  const error$ = new Subject<CallError>()
  return {
    stream: (tracks) => port.stream(tracks),
    devices$: port.devices$,
    transformError$: error$.asObservable(),
    capture: (request) =>
      request.video === 'screen'
        ? port.capture(request)
        : transformedCapture(port.capture(request), port, transforms, (error) => error$.next(error)),
  }
}

/** A captured track, and what is sent of it. */
interface Part {
  readonly input: MediaStreamTrack
  /** `null` until the transform has emitted. */
  sent: MediaStreamTrack | null
  readonly running: Subscription
}

function transformedCapture(
  captured$: Observable<MediaStream>,
  port: CloningPort,
  transforms: TrackTransforms,
  report: (error: CallError) => void,
): Observable<MediaStream> {
  return new Observable((subscriber) => {
    const parts = new Map<string, Part>()
    let latest: MediaStream | null = null
    const emit = (isNews: boolean) => {
      const tracks = [...parts.values()].map(({ sent }) => sent)
      if (!tracks.every((track) => track !== null)) return
      const isSame = latest !== null && isSameList(latest.getTracks(), tracks)
      if (isSame && !isNews) return
      latest = isSame && latest ? latest : port.stream(tracks)
      subscriber.next(latest)
    }
    const begin = (input: MediaStreamTrack) => {
      const part: Part = { input, sent: null, running: new Subscription() }
      parts.set(input.kind, part)
      const transform = transforms[input.kind as 'audio' | 'video']
      if (!transform) {
        part.sent = input
        return
      }
      runTransform(part, transform, {
        clone: (track) => port.clone?.(track) ?? track.clone(),
        report,
        changed: (isNews) => {
          if (isSettled) emit(isNews)
        },
      })
    }
    let isSettled = false
    const follow = (captured: MediaStream) => {
      isSettled = false
      const inputs = captured.getTracks()
      for (const [kind, part] of parts) {
        if (inputs.includes(part.input)) continue
        part.running.unsubscribe()
        parts.delete(kind)
      }
      for (const input of inputs) if (parts.get(input.kind)?.input !== input) begin(input)
      isSettled = true
      emit(true)
    }
    subscriber.add(() => parts.forEach(({ running }) => running.unsubscribe()))
    subscriber.add(
      captured$.subscribe({
        next: follow,
        error: (thrown: unknown) => subscriber.error(thrown),
        complete: () => subscriber.complete(),
      }),
    )
  })
}

interface Tools {
  readonly clone: (track: MediaStreamTrack) => MediaStreamTrack
  readonly report: (error: CallError) => void
  /** Called after each change of `part.sent`, and with `true` when the system mutes or unmutes it. */
  readonly changed: (isNews: boolean) => void
}

/** Keeps `part.sent` up to date. */
function runTransform(part: Part, transform: TrackTransform, { clone, report, changed }: Tools): void {
  const { input, running } = part
  const send = (output: MediaStreamTrack) => {
    const before = part.sent
    const copy = sentCopy(clone(output), part, () => changed(true))
    copy.enabled = before?.enabled ?? true
    part.sent = copy
    changed(false)
    before?.stop()
  }
  running.add(() => part.sent?.stop())
  const fallBack = (error: CallError) => {
    report(error)
    send(input)
  }
  const name = `the transform of the ${input.kind} track`
  running.add(
    defer(() => transform(input)).subscribe({
      next: send,
      error: (thrown: unknown) => fallBack(CallError.from(thrown, 'capture-failed', `${name} failed`)),
      complete: () => {
        if (part.sent === null) fallBack(new CallError('capture-failed', `${name} completed without a track`))
      },
    }),
  )
}

/**
 * Makes `copy` the track to send. A call disables the track that it sends, so this is never the input of a transform. A
 * call also stops a track that it no longer sends, and `stop` fires no event. So the copy's own `stop` releases the
 * transform and the device.
 */
function sentCopy(copy: MediaStreamTrack, part: Part, muteChanged: () => void): MediaStreamTrack {
  const muteChange$ =
    'addEventListener' in copy ? merge(fromEvent(copy, 'mute'), fromEvent(copy, 'unmute')) : NEVER
  const watching = muteChange$.subscribe({ next: muteChanged, error: () => undefined })
  const stop = copy.stop.bind(copy)
  copy.stop = () => {
    stop()
    watching.unsubscribe()
    if (part.sent !== copy) return
    part.input.stop()
    part.running.unsubscribe()
  }
  return copy
}

const isSameList = (one: readonly MediaStreamTrack[], other: readonly MediaStreamTrack[]): boolean =>
  one.length === other.length && one.every((track) => other.includes(track))
