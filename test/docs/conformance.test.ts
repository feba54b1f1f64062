import wrtc from '@roamhq/wrtc'
import * as conformance from 'rxcall/testing'
import { expect, it } from 'vitest'
import { myPeer } from './support/my-peer.ts'

const { webRtc, connections } = conformance.watchConnections(wrtc)

const platform: conformance.Platform = {
  name: 'Node.js',
  lacks: { memory: 'Node.js runs without --expose-gc', cut: 'no path of its own is made here' },
  fewerCalls: { calls: 50, because: 'this is the quick run' },
}
const newSide = (): conformance.ConformanceSide => ({
  platform,
  agent: conformance.conformanceAgent({
    port: myPeer({ wrtc: webRtc }),
    connections,
    newTrack: (kind, picture) => (kind === 'audio' ? sounding() : moving(picture === 'wide' ? 128 : 64, 64)),
    newStream: (tracks) => new wrtc.MediaStream(tracks),
  }),
})
const sides = { offerer: newSide(), answerer: newSide() }

// Those that wait for a connection to fail take half a minute each: they are for a run of their own.
const cases = conformance.conformanceCases.filter(
  (each) => !each.isWaiting && conformance.skipReason(each, platform, platform) === null,
)

it.each(cases)(
  'my adapter $name',
  (each) => expect(conformance.runConformanceCase(each, sides)).resolves.toBeUndefined(),
  60_000,
)

function moving(width: number, height: number): MediaStreamTrack {
  const source = new wrtc.nonstandard.RTCVideoSource()
  const data = new Uint8Array(width * height * 1.5)
  return whileLive(source.createTrack(), 50, () => {
    data.fill(((data[0] ?? 0) + 7) % 256)
    source.onFrame({ width, height, data })
  })
}

function sounding(): MediaStreamTrack {
  const source = new wrtc.nonstandard.RTCAudioSource()
  const samples = Int16Array.from({ length: 480 }, (_, i) => 8000 * Math.sin(i / 10))
  const format = { sampleRate: 48_000, bitsPerSample: 16, channelCount: 1, numberOfFrames: 480 }
  return whileLive(source.createTrack(), 10, () => source.onData({ samples, ...format }))
}

function whileLive(track: MediaStreamTrack, ms: number, give: () => void): MediaStreamTrack {
  const timer = setInterval(() => (track.readyState === 'live' ? give() : clearInterval(timer)), ms)
  return track
}
