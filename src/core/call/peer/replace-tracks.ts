import { concatMap, map, pairwise, type Observable } from 'rxjs'
import { command, type StageOutput } from '../outputs.ts'

export interface ReplaceTracksSources {
  /** What this side sends; the first is what the peer connection was opened with. */
  readonly stream$: Observable<MediaStream | null>
}

/**
 * Makes a peer connection send each later stream of `stream$`. Emits a command for each kind whose track is a
 * different one.
 *
 * @example
 * const stream$ = hot(' c----s', { c: camera, s: screen })
 * const command$ = '    -----t'
 * expectObservable(replaceTracks({ stream$ }).pipe(map(({ type }) => type))).toBe(command$, { t: 'command' })
 */
export function replaceTracks({ stream$ }: ReplaceTracksSources): Observable<StageOutput> {
  return stream$.pipe(
    map((stream) => ({ audio: first(stream, 'audio'), video: first(stream, 'video') })),
    pairwise(),
    concatMap(([before, now]) =>
      (['audio', 'video'] as const)
        .filter((kind) => now[kind] !== before[kind])
        .map((kind) => command({ type: 'track', kind, track: now[kind] })),
    ),
  )
}

function first(stream: MediaStream | null, kind: string): MediaStreamTrack | null {
  return stream?.getTracks().find((track) => track.kind === kind) ?? null
}
