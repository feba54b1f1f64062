import wrtc from '@roamhq/wrtc'
import { EMPTY, Observable, switchMap } from 'rxjs'

const { RTCAudioSink, RTCVideoSink } = wrtc.nonstandard

/** What is to be seen in one frame. */
export interface SeenFrame {
  readonly width: number
  readonly height: number
  /** The brightest point, from 0 (black) to 255. */
  readonly brightest: number
  /** Where the picture is brightest, in pixels from the left. */
  readonly brightestAt: number
}

/** The frames of the first picture in the latest stream. Unsubscribing stops watching, and leaves the track alone. */
export function frames(stream$: Observable<MediaStream | null>): Observable<SeenFrame> {
  return stream$.pipe(
    switchMap((stream) => {
      const track = stream?.getVideoTracks()[0]
      return track === undefined ? EMPTY : watch(track)
    }),
  )
}

/** How loud it is in the latest stream: the largest sample of each 10 ms, from 0 (silence) to 32,767. */
export function loudness(stream$: Observable<MediaStream | null>): Observable<number> {
  return stream$.pipe(
    switchMap((stream) => {
      const track = stream?.getAudioTracks()[0]
      return track === undefined ? EMPTY : listen(track)
    }),
  )
}

function watch(track: MediaStreamTrack): Observable<SeenFrame> {
  return new Observable((subscriber) => {
    const sink = new RTCVideoSink(track)
    sink.onframe = ({ frame }: { frame: wrtc.nonstandard.RTCVideoFrame }) => subscriber.next(see(frame))
    subscriber.add(() => sink.stop())
  })
}

function listen(track: MediaStreamTrack): Observable<number> {
  return new Observable((subscriber) => {
    const sink = new RTCAudioSink(track)
    sink.ondata = ({ samples }: wrtc.nonstandard.RTCAudioData) => subscriber.next(Math.max(...samples))
    subscriber.add(() => sink.stop())
  })
}

/** The middle row of the brightness plane is enough for a picture whose rows are all equal. */
function see({ width, height, data }: wrtc.nonstandard.RTCVideoFrame): SeenFrame {
  const start = width * (height >> 1)
  const row = data.subarray(start, start + width)
  const brightest = row.reduce((most, value) => Math.max(most, value), 0)
  return { width, height, brightest, brightestAt: row.indexOf(brightest) }
}
