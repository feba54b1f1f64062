import { fromEvent, map, merge, of, startWith, type Observable } from 'rxjs'

/**
 * The sound of a stream as a stream of its own, now and after each change of its tracks: Chromium plays no sound of a stream whose
 * picture has not come yet, and one that is not sent never comes.
 */
export function soundOf(stream: MediaStream | null): Observable<MediaStream | null> {
  if (!stream) return of(null)
  return merge(fromEvent(stream, 'addtrack'), fromEvent(stream, 'removetrack')).pipe(
    startWith(undefined),
    map(() => new MediaStream(stream.getAudioTracks())),
  )
}
