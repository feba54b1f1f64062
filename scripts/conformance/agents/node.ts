import { setImmediate } from 'node:timers/promises'
import wrtc from '@roamhq/wrtc'
import { fromEvent } from 'rxjs'
import { nativePeer } from 'rxcall/native-peer'
import { simplePeer } from 'rxcall/simple-peer'
import { conformanceAgent, watchConnections, type AgentRequest, type Picture } from 'rxcall/testing'

/*
 * An agent over libwebrtc. It runs in a separate process, because libwebrtc may crash that process. The first argument names the adapter.
 */

const { webRtc, connections } = watchConnections(wrtc)
const adapter = process.argv[2] === 'native' ? nativePeer : simplePeer

/** Calls `give` every `ms` milliseconds while the track is live. */
function feed(track: MediaStreamTrack, ms: number, give: () => void): MediaStreamTrack {
  const timer = setInterval(() => {
    if (track.readyState === 'ended') clearInterval(timer)
    else give()
  }, ms)
  return track
}

function moving(picture: Picture): MediaStreamTrack {
  const source = new wrtc.nonstandard.RTCVideoSource()
  const [width, height] = picture === 'wide' ? [320, 160] : [160, 160]
  const frame = { width, height, data: new Uint8Array((width * height * 3) / 2) }
  let brightness = 0
  return feed(source.createTrack(), 50, () => {
    frame.data.fill((brightness += 7) % 256)
    source.onFrame(frame)
  })
}

function sounding(): MediaStreamTrack {
  const source = new wrtc.nonstandard.RTCAudioSource()
  const samples = Int16Array.from({ length: 480 }, (_, i) => 8000 * Math.sin(i / 10))
  const sound = { samples, sampleRate: 48_000, bitsPerSample: 16, channelCount: 1, numberOfFrames: 480 }
  return feed(source.createTrack(), 10, () => source.onData(sound))
}

const agent = conformanceAgent({
  port: adapter({ wrtc: webRtc }),
  connections,
  newTrack: (kind, picture) => (kind === 'audio' ? sounding() : moving(picture)),
  newStream: (tracks) => new wrtc.MediaStream(tracks),
  usedMemory: async () => {
    // A dereferenced connection stays in memory until the task ends.
    await setImmediate()
    globalThis.gc?.()
    return process.memoryUsage().heapUsed
  },
  uncaught$: fromEvent(process, 'uncaughtException'),
})

agent.message$.subscribe({ next: (message) => process.send?.({ message }), error: () => process.exit(1) })

process.on('message', ({ id, request }: { readonly id: number; readonly request: AgentRequest }) => {
  agent.request(request).then(
    (answer) => process.send?.({ id, answer }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  )
})
process.once('disconnect', () => process.exit())
process.send?.({ ready: true })
