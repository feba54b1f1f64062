import wrtc from '@roamhq/wrtc'
import type { Picture } from '../../../src/testing/index.ts'

/** A video of libwebrtc on which something changes all the time, until it is stopped. */
export function moving(picture: Picture): MediaStreamTrack {
  const source = new wrtc.nonstandard.RTCVideoSource()
  const [width, height] = picture === 'wide' ? [128, 64] : [64, 64]
  const data = new Uint8Array(width * height * 1.5)
  return whileLive(source.createTrack(), 50, () => {
    data.fill(((data[0] ?? 0) + 7) % 256)
    source.onFrame({ width, height, data })
  })
}

/** A tone that lasts until it is stopped. */
export function sounding(): MediaStreamTrack {
  const source = new wrtc.nonstandard.RTCAudioSource()
  const samples = Int16Array.from({ length: 480 }, (_, i) => 8000 * Math.sin(i / 10))
  const format = { sampleRate: 48_000, bitsPerSample: 16, channelCount: 1, numberOfFrames: 480 }
  return whileLive(source.createTrack(), 10, () => source.onData({ samples, ...format }))
}

function whileLive(track: MediaStreamTrack, ms: number, give: () => void): MediaStreamTrack {
  const timer = setInterval(() => {
    if (track.readyState === 'live') give()
    else clearInterval(timer)
  }, ms)
  return track
}
