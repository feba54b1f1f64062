import { combineLatest, ignoreElements, map, merge, scan, startWith, tap, type Observable } from 'rxjs'
import type { CallAction, TrackKind } from '../events.ts'
import type { CallOutput } from './stage.ts'

type MuteAction = Extract<CallAction, { type: 'mute' }>

export interface MediaSources {
  /** The local stream, once it is captured; `null` for a call without local media. Errors when capturing fails. */
  readonly stream$: Observable<MediaStream | null>
  readonly mute$: Observable<MuteAction>
}

/**
 * The local media of a call. Emits `captured` when the stream is there, and `muted` for each mute action, which is
 * applied to the tracks through `enabled` (W3C Media Capture §4.3.1: a disabled track sends silence or black), also when
 * the stream comes later. Errors as `stream$` does.
 */
export function media({ stream$, mute$ }: MediaSources): Observable<CallOutput> {
  const muted$ = mute$.pipe(
    scan((all, { kind, muted }) => ({ ...all, [kind]: muted }), { audio: false, video: false }),
    startWith({ audio: false, video: false }),
  )
  return merge(
    stream$.pipe(map((stream): CallOutput => ({ type: 'captured', stream }))),
    mute$.pipe(map(({ kind, muted }): CallOutput => ({ type: 'muted', kind, muted }))),
    combineLatest([stream$, muted$]).pipe(
      tap(([stream, muted]) =>
        stream?.getTracks().forEach((track) => (track.enabled = !muted[track.kind as TrackKind])),
      ),
      ignoreElements(),
    ),
  )
}
