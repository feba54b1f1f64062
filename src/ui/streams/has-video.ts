import { fromEvent, map, merge, of, startWith, type Observable } from 'rxjs'

/** Whether the stream has a picture, now and after each change of its tracks. */
export function hasVideo(stream: MediaStream | null): Observable<boolean> {
  if (!stream) return of(false)
  return merge(fromEvent(stream, 'addtrack'), fromEvent(stream, 'removetrack')).pipe(
    startWith(undefined),
    map(() => stream.getVideoTracks().length > 0),
  )
}
