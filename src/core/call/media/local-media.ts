import {
  catchError,
  concatMap,
  connect,
  defer,
  ignoreElements,
  map,
  merge,
  of,
  scan,
  tap,
  type Observable,
} from 'rxjs'
import { CallError } from '../../errors.ts'
import type { CallAction, CallEvent, TrackKind } from '../../events.ts'
import { reconcile } from '../../rx/reconcile.ts'
import { ofType } from '../../rx/operators.ts'
import type { MediaPort, MediaRequest } from '../../ports/index.ts'
import { noCaptures, type Capture, type Captures } from './capture-state.ts'
import { stepCaptures, type CaptureStep } from './capture-machine.ts'
import { isMuted, isSameStatus, requestOf, statusOf } from './media-view.ts'
import type { CallOutput } from '../outputs.ts'
import { isSameMedia } from '../state.ts'

export interface LocalMediaSources {
  /** Emits what the call begins with when it is to be opened, and whether the call can do without it. */
  readonly begin$: Observable<{ readonly media: MediaRequest; readonly required: boolean }>
  /** Emits when the call is answered while its media is still required. */
  readonly answered$: Observable<unknown>
  readonly action$: Observable<CallAction>
  /** The events of this stage come back in it. */
  readonly event$: Observable<CallEvent>
}

/**
 * The local media of a call. Opens what it begins with, and then whatever the user wishes. A device is released as soon as it is no longer
 * sent; when switching, only once its replacement is live. Wishes made before the beginning wait for it; of two for the same kind the
 * later counts, and what is granted to the earlier one is stopped.
 *
 * Emits `captured` with a new stream at each change of what is sent (`null` for nothing); `muted` and `local-media` when what the
 * user and the other side are to see of it changes; an `error` for a wish that failed and for a device that is gone; and
 * `uncaptured` where something that the call requires could not be opened. `capture-opened` and `capture-failed` tell what became
 * of each capture. A muted track sends silence or black (W3C Media Capture, 4.3.1). While either side has the call on hold, all tracks
 * are disabled, and {@link unlessHeld} has nothing sent. Unsubscribing stops every track.
 */
export function localMedia(
  { begin$, answered$, action$, event$ }: LocalMediaSources,
  port: MediaPort,
): Observable<CallOutput> {
  const step$ = merge(
    action$.pipe(ofType('mute', 'hold')),
    action$.pipe(
      ofType('media'),
      map(({ change }): CaptureStep => ({ type: 'change', change })),
    ),
    event$.pipe(ofType('capture-opened', 'capture-failed')),
    event$.pipe(
      ofType('remote-media'),
      map(({ media: { held } }): CaptureStep => ({ type: 'held-by-other', held })),
    ),
    begin$.pipe(map((beginning): CaptureStep => ({ type: 'begin', ...beginning }))),
    answered$.pipe(map((): CaptureStep => ({ type: 'answered' }))),
  )
  return step$.pipe(
    scan<CaptureStep, Captures>(stepCaptures, noCaptures),
    connect((media$) =>
      merge(
        media$.pipe(tap(applyToTracks), ignoreElements()),
        media$.pipe(
          scan((before, now) => shownAfter(before, now, port), nothingShown),
          concatMap(({ outputs }) => outputs),
        ),
        media$.pipe(
          map(({ captures }) => captures),
          reconcile(
            ({ capture }) => capture,
            (wanted) => open(wanted, port),
          ),
        ),
      ),
    ),
  )
}

function open({ capture, request }: Capture, port: MediaPort): Observable<CallOutput> {
  return defer(() => port.capture(request)).pipe(
    map((stream): CallOutput => ({ type: 'capture-opened', capture, stream })),
    catchError((thrown: unknown) => {
      const error = CallError.from(thrown, 'capture-failed', 'capturing failed')
      return of<CallOutput>({ type: 'capture-failed', capture, error })
    }),
  )
}

/** Stops what is sent no more, also where the other kind of its capture goes on. */
function applyToTracks(media: Captures): void {
  const { audio, video, held, heldByOther } = media
  for (const stream of new Set([audio.stream, video.stream]))
    for (const track of stream?.getTracks() ?? []) {
      const kind = track.kind as TrackKind
      if (media[kind].stream === stream) track.enabled = !isMuted(media, kind) && !held && !heldByOther
      else track.stop()
    }
}

/** What of the local media is known outside of this stage. */
interface Shown {
  readonly media: Captures
  readonly outputs: readonly CallOutput[]
}

const nothingShown: Shown = { media: noCaptures, outputs: [] }

function shownAfter({ media: before }: Shown, media: Captures, port: MediaPort): Shown {
  const changes = [
    ...mutedOutputs(before, media),
    ...capturedOutputs(before, media, port),
    ...statusOutputs(before, media),
  ]
  const errors = media.errors.map((error): CallOutput =>
    media.begun ? { type: 'error', error } : { type: 'uncaptured', error },
  )
  return { media, outputs: [...changes, ...errors] }
}

function mutedOutputs(before: Captures, media: Captures): CallOutput[] {
  return (['audio', 'video'] as const)
    .map((kind) => ({ kind, muted: isMuted(media, kind) }))
    .filter(({ kind, muted }) => muted !== isMuted(before, kind))
    .map(({ kind, muted }) => ({ type: 'muted', kind, muted }))
}

function capturedOutputs(before: Captures, media: Captures, port: MediaPort): CallOutput[] {
  if (!media.begun) return []
  const sent = requestOf(media)
  const isSame =
    media.opening === before.opening &&
    media.audio.track === before.audio.track &&
    media.video.track === before.video.track &&
    isSameMedia(sent, requestOf(before))
  const isFirst = !before.begun && !media.opening
  const isNext = before.begun ? !isSame : media.audio.track !== null || media.video.track !== null
  return !isFirst && !isNext ? [] : [{ type: 'captured', stream: streamOf(media, port), media: sent }]
}

/** A capture's own stream where it is all that is sent, else one of what is sent. */
function streamOf(media: Captures, port: MediaPort): MediaStream | null {
  const { audio, video } = media
  const own = audio.stream ?? video.stream
  if (own === null) return null
  const tracks = own.getTracks()
  const isAll = [audio, video].every(({ stream }) => stream === null || stream === own)
  if (isAll && tracks.every(({ kind }) => media[kind as TrackKind].stream === own)) return own
  return port.stream([audio.track, video.track].filter((track) => track !== null))
}

function statusOutputs(before: Captures, media: Captures): CallOutput[] {
  if (!media.begun) return []
  const status = statusOf(media)
  const isSame = before.begun && isSameStatus(statusOf(before), status)
  return isSame ? [] : [{ type: 'local-media', media: status }]
}
