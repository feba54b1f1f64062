import { fromEvent, map, merge, scan, startWith, type Observable } from 'rxjs'

/**
 * Emits `captured`. Emits a stream of the remaining tracks each time a track ends by itself; `stop` does not count.
 * Emits the latest stream again each time the system mutes or unmutes a track. Tracks without events, like those of
 * `fakeMedia`, never change.
 */
export function trackChanges(
  captured: MediaStream,
  stream: (tracks: readonly MediaStreamTrack[]) => MediaStream,
): Observable<MediaStream> {
  const tracks = captured.getTracks()
  const watched = tracks.filter((track) => 'addEventListener' in track)
  const when = (...types: string[]) =>
    merge(...watched.flatMap((track) => types.map((type) => fromEvent(track, type))))
  return merge(
    when('ended').pipe(map(() => stream(tracks.filter(({ readyState }) => readyState === 'live')))),
    when('mute', 'unmute').pipe(map(() => null)),
  ).pipe(
    scan((present: MediaStream, left) => left ?? present, captured),
    startWith(captured),
  )
}
