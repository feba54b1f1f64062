import { defer, Observable, Subject, Subscription } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { MediaPort } from '../../core/ports/index.ts'

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
 * A transform owns the tracks that it makes: it stops them when it is unsubscribed. That happens when the capture is
 * unsubscribed, or the call stops the track. If a transform fails, the captured track is sent, and `transformError$`
 * emits. For a blur that must not fail open, catch the error and emit a black track instead.
 *
 * Put it around `sharedMedia`, not inside. Otherwise the first capture that ends stops the transform of the others.
 *
 * @example
 * const blur$ = new BehaviorSubject(true)
 * const media = transformedMedia(sharedMedia(browserMedia()), {
 *   video: (track) => blur$.pipe(switchMap((on) => (on ? blurred(track) : of(track)))),
 * })
 */
export function transformedMedia(port: MediaPort, transforms: TrackTransforms): TransformedMedia {
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
  port: MediaPort,
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
      runTransform(part, transforms[input.kind as 'audio' | 'video'], report, () => {
        if (isSettled) emit(false)
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

/** Keeps `part.sent` up to date, and calls `changed` after each change. */
function runTransform(
  part: Part,
  transform: TrackTransform | undefined,
  report: (error: CallError) => void,
  changed: () => void,
): void {
  const { input, running } = part
  const send = (track: MediaStreamTrack) => {
    const before = part.sent
    part.sent = track
    changed()
    if (before !== null && before !== input && before !== track) before.stop()
  }
  if (!transform) return send(input)
  running.add(() => {
    if (part.sent !== input) part.sent?.stop()
  })
  running.add(
    defer(() => transform(input)).subscribe({
      next: (output) => {
        // A call disables the track that it sends. The input of a transform stays enabled.
        if (output !== input) input.enabled = true
        send(output === input ? input : sentCopy(output, part))
      },
      error: (thrown: unknown) => {
        report(CallError.from(thrown, 'capture-failed', `the transform of the ${input.kind} track failed`))
        send(input)
      },
    }),
  )
}

/**
 * A copy of what a transform has made, to send. A call stops a track that it no longer sends, and `stop` fires no event.
 * So the copy's own `stop` releases the transform and the device.
 */
function sentCopy(output: MediaStreamTrack, part: Part): MediaStreamTrack {
  const copy = output.clone()
  const stop = copy.stop.bind(copy)
  copy.stop = () => {
    stop()
    if (part.sent !== copy) return
    part.input.stop()
    part.running.unsubscribe()
  }
  return copy
}

const isSameList = (one: readonly MediaStreamTrack[], other: readonly MediaStreamTrack[]): boolean =>
  one.length === other.length && one.every((track) => other.includes(track))
