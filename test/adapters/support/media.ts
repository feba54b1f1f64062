import wrtc from '@roamhq/wrtc'
import { onTestFinished } from 'vitest'

const [width, height] = [64, 48]

/** A video track that shows one brightness, until the test ends. */
export function localTrack({ luma }: { readonly luma: number }): MediaStreamTrack {
  const source = new wrtc.nonstandard.RTCVideoSource()
  const track = source.createTrack()
  const data = new Uint8Array(width * height * 1.5).fill(128)
  data.fill(luma, 0, width * height)
  const timer = setInterval(() => source.onFrame({ width, height, data }), 20)
  onTestFinished(() => {
    clearInterval(timer)
    track.stop()
  })
  return track
}

/** What a track shows: `saw` resolves with the next frame of about that brightness. */
export function framesOf(track: MediaStreamTrack): { readonly saw: (luma: number) => Promise<void> } {
  const sink = new wrtc.nonstandard.RTCVideoSink(track)
  onTestFinished(() => sink.stop())
  return {
    saw: (luma) =>
      new Promise((resolve) => {
        sink.onframe = ({ frame }: { readonly frame: { readonly data: Uint8Array } }) => {
          // Compression changes it a little.
          if (Math.abs((frame.data[0] ?? 0) - luma) < 10) resolve()
        }
      }),
  }
}
