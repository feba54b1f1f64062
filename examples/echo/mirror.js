// @ts-check
import wrtc from '@roamhq/wrtc'
import {
  EMPTY,
  Observable,
  auditTime,
  from,
  fromEvent,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  tap,
} from 'rxjs'

const { RTCAudioSink, RTCAudioSource, RTCVideoSink, RTCVideoSource } = wrtc.nonstandard

/**
 * A video frame as planes (I420). `rotation` is how many degrees it has to be turned clockwise to be upright.
 *
 * @typedef {{ readonly width: number, readonly height: number, readonly data: Uint8Array, readonly rotation?: number }} Frame
 */

/**
 * 10 ms of sound.
 *
 * @typedef {import('@roamhq/wrtc').nonstandard.RTCAudioData} Sound
 */

/**
 * A camera and a microphone that send whatever `reflect` receives.
 *
 * @typedef {object} Mirror
 * @property {import('rxcall').MediaPort} media The camera and the microphone. They send nothing before the first frame.
 * @property {(stream: MediaStream) => Observable<never>} reflect Feeds them with the tracks of `stream`, including
 *   later ones, for as long as it is subscribed to.
 */

/** @returns {Mirror} */
export function createMirror() {
  const picture = new RTCVideoSource()
  const sound = new RTCAudioSource()

  /** @type {import('rxcall').MediaPort['capture']} */
  const capture = ({ audio, video }) =>
    new Observable((subscriber) => {
      const tracks = [...(audio ? [sound.createTrack()] : []), ...(video ? [picture.createTrack()] : [])]
      subscriber.add(() => tracks.forEach((track) => track.stop()))
      subscriber.next(new wrtc.MediaStream(tracks))
    })

  /** @param {MediaStreamTrack} track */
  const reflectTrack = (track) => {
    if (track.kind === 'audio') return soundOf(track).pipe(tap((data) => sound.onData(data)))
    if (track.kind === 'video') return framesOf(track).pipe(tap((frame) => picture.onFrame(frame)))
    return EMPTY
  }

  return {
    media: { capture, stream: (tracks) => new wrtc.MediaStream([...tracks]), devices$: of([]) },
    reflect: (stream) => tracksOf(stream).pipe(mergeMap(reflectTrack), ignoreElements()),
  }
}

/**
 * @param {MediaStream} stream
 * @returns {Observable<MediaStreamTrack>} Its tracks, and those that are added to it.
 */
function tracksOf(stream) {
  const added$ = /** @type {Observable<MediaStreamTrackEvent>} */ (fromEvent(stream, 'addtrack'))
  return merge(from(stream.getTracks()), added$.pipe(map(({ track }) => track)))
}

/**
 * @param {MediaStreamTrack} track
 * @returns {Observable<Frame>} Its frames. If frames queued up while the process was busy, only the newest one.
 */
function framesOf(track) {
  return new Observable((subscriber) => {
    const sink = new RTCVideoSink(track)
    /** @param {{ frame: Frame }} event */
    const next = ({ frame }) => subscriber.next(frame)
    sink.onframe = next
    subscriber.add(() => sink.stop())
  }).pipe(auditTime(0))
}

/**
 * @param {MediaStreamTrack} track
 * @returns {Observable<Sound>}
 */
function soundOf(track) {
  return new Observable((subscriber) => {
    const sink = new RTCAudioSink(track)
    /** @param {Sound} data */
    const next = (data) => subscriber.next(data)
    sink.ondata = next
    subscriber.add(() => sink.stop())
  })
}
