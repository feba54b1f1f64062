import wrtc from '@roamhq/wrtc'
import { NEVER, Observable, ignoreElements, interval, merge, of, tap } from 'rxjs'
import type { CaptureRequest, MediaPort } from 'rxcall'

const { RTCAudioSource, RTCVideoSource } = wrtc.nonstandard

/** Width and height in pixels of what a shared screen shows. */
export const screenSize = [160, 120] as const

export interface SyntheticMediaOptions {
  /** Width and height in pixels of the frame `n`, both even; 320 x 240 by default. */
  readonly sizeAt?: (n: number) => readonly [number, number]
}

/** A camera that shows a moving bar, a microphone with a tone, and the state of their tracks. */
export interface SyntheticMedia {
  readonly port: MediaPort
  /** What was asked for, in order. */
  readonly requests: readonly CaptureRequest[]
  /** The tracks that were not stopped yet. */
  live(): readonly MediaStreamTrack[]
}

export function syntheticMedia({ sizeAt = () => [320, 240] }: SyntheticMediaOptions = {}): SyntheticMedia {
  const requests: CaptureRequest[] = []
  const tracks: MediaStreamTrack[] = []

  const capture = (request: CaptureRequest): Observable<MediaStream> =>
    new Observable((subscriber) => {
      requests.push(request)
      const camera = new RTCVideoSource()
      const microphone = new RTCAudioSource()
      const own = [
        ...(request.audio ? [microphone.createTrack()] : []),
        ...(request.video ? [camera.createTrack()] : []),
      ]
      tracks.push(...own)
      subscriber.add(() => own.forEach((track) => track.stop()))
      const size = request.video === 'screen' ? () => screenSize : sizeAt
      const film$ = interval(40).pipe(tap((n) => camera.onFrame(bar(n, ...size(n)))))
      const record$ = interval(10).pipe(tap((n) => microphone.onData(tone(n))))
      const playing$ = merge(request.video ? film$ : NEVER, request.audio ? record$ : NEVER)
      merge(of(new wrtc.MediaStream(own)), playing$.pipe(ignoreElements())).subscribe(subscriber)
    })

  const port: MediaPort = {
    capture,
    stream: (tracks) => new wrtc.MediaStream([...tracks]),
    devices$: of([]),
  }
  return { port, requests, live: () => tracks.filter((track) => track.readyState === 'live') }
}

/** The chunk `n` of a tone of 400 Hz, 10 ms long. */
function tone(n: number): wrtc.nonstandard.RTCAudioData {
  const sampleRate = 48_000
  const count = sampleRate / 100
  const samples = Int16Array.from(
    { length: count },
    (_, i) => 8000 * Math.sin((2 * Math.PI * 400 * (n * count + i)) / sampleRate),
  )
  return { samples, sampleRate, channelCount: 1, bitsPerSample: 16, numberOfFrames: count }
}

/** The frame `n`: a bright bar that wanders over grey, in I420 (a plane of brightness, then two of colour). */
function bar(n: number, width: number, height: number): wrtc.nonstandard.RTCVideoFrame {
  const data = new Uint8Array(width * height * 1.5).fill(128)
  const left = (n * 8) % (width - 32)
  for (let y = 0; y < height; y++) data.fill(235, y * width + left, y * width + left + 32)
  return { width, height, data }
}
