import {
  catchError,
  concatMap,
  defer,
  map,
  merge,
  of,
  scan,
  tap,
  withLatestFrom,
  type Observable,
} from 'rxjs'
import { CallError } from '../../errors.ts'
import type { CallAction, LocalMedia, TrackKind } from '../../events.ts'
import type { MediaPort, MediaRequest } from '../../ports/index.ts'
import type { MediaStatus } from '../../protocol/index.ts'
import { loop } from '../../rx/loop.ts'
import { reconcile } from '../../rx/reconcile.ts'
import type { CallOutput } from '../outputs.ts'
import { isSameStatus } from '../sent-media.ts'
import { stepCaptures, type CaptureStep } from './capture-machine.ts'
import { noCaptures, type Capture, type Captures } from './capture-state.ts'
import { isMuted, isSameLocalMedia, mutesOf, requestOf, statusOf } from './media-view.ts'

export interface LocalMediaSources {
  /** Emits the call's initial media when it should open, and whether the call requires it. */
  readonly begin$: Observable<{ readonly media: MediaRequest; readonly required: boolean }>
  /** Emits when the call is answered while its media is still required. */
  readonly answered$: Observable<unknown>
  readonly action$: Observable<CallAction>
  /** What the other side sends: while it holds the call, this side sends nothing. */
  readonly remote$: Observable<MediaStatus>
}

/**
 * The local media of a call. Opens what the call begins with, and later what the user asks for. Releases a device as
 * soon as it is no longer sent; when switching, only once its replacement is live. Requests made before the call
 * begins wait for that. If two are for the same kind, the later wins, and whatever the earlier one opens is stopped.
 *
 * Emits `media` when the sent tracks, the mutes or the reported status change. Emits an `error` if a request fails or a
 * device is lost. Emits `capture-failed` if something that the call requires cannot be opened.
 *
 * A muted track sends silence or black (W3C Media Capture, 4.3.1). While either side has the call on hold, all tracks
 * are disabled, and `sentStream` has nothing to send. Unsubscribing stops every track.
 *
 * @example
 * const begin$ = of({ media: { audio: true, video: true }, required: true })
 * localMedia({ begin$, answered$, action$, remote$ }, browserMedia()).subscribe(showSentMedia)
 */
export function localMedia(
  { begin$, answered$, action$, remote$ }: LocalMediaSources,
  port: MediaPort,
): Observable<CallOutput> {
  const step$ = merge(
    action$.pipe(concatMap(stepsOf)),
    remote$.pipe(map(({ held }): CaptureStep => ({ type: 'held-by-other', held }))),
    begin$.pipe(map((beginning): CaptureStep => ({ type: 'begin', ...beginning }))),
    answered$.pipe(map((): CaptureStep => ({ type: 'answered' }))),
  )
  // The result of a capture is a step, too, so the loop closes here.
  return loop<Captures, CaptureStep>(
    { initial: noCaptures, reduce: stepCaptures, admit: () => true },
    (handled$, captures$) =>
      merge(
        handled$.pipe(
          withLatestFrom(captures$, (_, { captures }) => captures),
          reconcile(
            ({ capture }) => capture,
            (wanted) => open(wanted, port),
          ),
        ),
        step$,
      ),
  ).pipe(
    tap(({ state }) => applyToTracks(state)),
    scan((before, { state }) => viewAfter(before, state, port), nothingViewed),
    concatMap(({ outputs }) => outputs),
  )
}

function stepsOf(action: CallAction): CaptureStep[] {
  if (action.type === 'media') return [{ type: 'change', change: action.change }]
  return action.type === 'mute' || action.type === 'hold' ? [action] : []
}

function open({ capture, request }: Capture, port: MediaPort): Observable<CaptureStep> {
  return defer(() => port.capture(request)).pipe(
    map((stream): CaptureStep => ({ type: 'capture-opened', capture, stream })),
    catchError((thrown: unknown) => {
      const error = CallError.from(thrown, 'capture-failed', 'capturing failed')
      return of<CaptureStep>({ type: 'capture-failed', capture, error })
    }),
  )
}

/** Stops each track as soon as it is no longer sent, even if the capture's other track is still sent. */
function applyToTracks(media: Captures): void {
  const { audio, video, held, heldByOther } = media
  for (const stream of new Set([audio.stream, video.stream]))
    for (const track of stream?.getTracks() ?? []) {
      const kind = track.kind as TrackKind
      if (media[kind].stream === stream) track.enabled = !isMuted(media, kind) && !held && !heldByOther
      else track.stop()
    }
}

/** The captures, and the latest `media` fact about them. */
interface Viewed {
  readonly captures: Captures
  readonly media: LocalMedia
  readonly outputs: readonly CallOutput[]
}

const nothingViewed: Viewed = {
  captures: noCaptures,
  media: {
    stream: null,
    sent: { audio: false, video: false },
    muted: { audio: false, video: false },
    status: null,
  },
  outputs: [],
}

function viewAfter({ captures: before, media: known }: Viewed, captures: Captures, port: MediaPort): Viewed {
  const isOther = captures.audio.track !== before.audio.track || captures.video.track !== before.video.track
  // Media captured before the call begins is shown once all of it is live.
  const isFirst = captures.begun && !before.begun
  const now: LocalMedia = {
    stream: captures.begun && (isOther || isFirst) ? streamOf(captures, port) : known.stream,
    sent: requestOf(captures),
    muted: mutesOf(captures),
    status: statusAfter(known.status, captures),
  }
  const isSame = isSameLocalMedia(known, now)
  const errors = captures.errors.map((error): CallOutput => ({
    type: captures.begun ? 'error' : 'capture-failed',
    error,
  }))
  return {
    captures,
    media: isSame ? known : now,
    outputs: [...(isSame ? [] : [{ type: 'media', media: now } as const]), ...errors],
  }
}

/** Returns the known object while nothing in it changes, so that it can be compared by identity. */
function statusAfter(known: MediaStatus | null, captures: Captures): MediaStatus | null {
  if (!captures.begun) return null
  const status = statusOf(captures)
  return known !== null && isSameStatus(known, status) ? known : status
}

/** Reuses a capture's stream if that is all that is sent; otherwise makes one from the sent tracks. */
function streamOf(media: Captures, port: MediaPort): MediaStream | null {
  const { audio, video } = media
  const own = audio.stream ?? video.stream
  if (own === null) return null
  const tracks = own.getTracks()
  const isAll = [audio, video].every(({ stream }) => stream === null || stream === own)
  if (isAll && tracks.every(({ kind }) => media[kind as TrackKind].stream === own)) return own
  return port.stream([audio.track, video.track].filter((track) => track !== null))
}
