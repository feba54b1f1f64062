import { EMPTY, Observable, fromEvent, from, map, merge, mergeMap } from 'rxjs'
import type { PeerEvent } from '../../core/ports/index.ts'
import type { WebRtc } from './webrtc.ts'

/**
 * Emits remote tracks as they are added and removed. A track in several streams is reported once for each. Tracks
 * without a stream share one that is created for the connection. Unsubscribing removes every listener.
 */
export function remoteTracks(
  connection: RTCPeerConnection,
  Stream: WebRtc['MediaStream'],
): Observable<PeerEvent> {
  return new Observable((subscriber) => {
    const watched = new Set<MediaStream>()
    let streamless: MediaStream | undefined

    const added$ = fromEvent<RTCTrackEvent>(connection, 'track').pipe(
      mergeMap(({ track, streams }) => {
        if (streams.length > 0) return from(streams).pipe(map((stream) => ({ track, stream })))
        streamless ??= new Stream()
        streamless.addTrack(track)
        return [{ track, stream: streamless }]
      }),
    )
    const events$ = added$.pipe(
      mergeMap(({ track, stream }) => {
        const removed$ = watched.has(stream) ? EMPTY : removals(stream)
        watched.add(stream)
        return merge([{ type: 'track-added', track, stream } as const], removed$)
      }),
    )
    return events$.subscribe(subscriber)
  })
}

/** The browser removes a track from its stream when a new description no longer has it (W3C WebRTC, 5.3). */
function removals(stream: MediaStream): Observable<PeerEvent> {
  return fromEvent<MediaStreamTrackEvent>(stream, 'removetrack').pipe(
    map(({ track }) => ({ type: 'track-removed', track, stream })),
  )
}
