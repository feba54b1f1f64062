import { fromEvent, map, merge, of, startWith, type Observable } from 'rxjs'

/**
 * Emits a stream with the audio tracks of `stream`, at once and after each change of its tracks. Chromium plays no
 * audio of a stream until its first video frame, which never comes while no video is sent.
 */
export function audioOnly(stream: MediaStream | null): Observable<MediaStream | null> {
  if (!stream) return of(null)
  return merge(fromEvent(stream, 'addtrack'), fromEvent(stream, 'removetrack')).pipe(
    startWith(undefined),
    map(() => new MediaStream(stream.getAudioTracks())),
  )
}
