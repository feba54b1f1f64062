import { fromEvent, map, merge } from 'rxjs'
import { nativePeer } from 'rxcall/native-peer'
import { simplePeer } from 'rxcall/simple-peer'
import {
  conformanceAgent,
  watchConnections,
  type AgentLink,
  type AgentMessage,
  type AgentRequest,
  type Picture,
} from 'rxcall/testing'

/*
 * An agent in a page. The runner calls `conformance`, and receives messages through `hear`.
 */

declare global {
  /** Sends a request to the agent. The first request creates it for that adapter. Resolves with the agent's answer. */
  var conformance: (adapter: string, request: AgentRequest) => Promise<unknown>
  /** A function of the runner. */
  var hear: (message: AgentMessage) => void
}

const { webRtc, connections } = watchConnections({ RTCPeerConnection })
globalThis.RTCPeerConnection = webRtc.RTCPeerConnection

// The browser gives real addresses to a page that uses the microphone, so the test needs no multicast DNS.
const microphone = await navigator.mediaDevices.getUserMedia({ audio: true })

/** A video whose picture keeps changing until it is stopped. */
function moving(picture: Picture): MediaStreamTrack {
  const canvas = document.createElement('canvas')
  canvas.width = picture === 'wide' ? 320 : 160
  canvas.height = 160
  const context = canvas.getContext('2d')
  const [track] = canvas.captureStream(20).getVideoTracks()
  if (!context || !track) throw new Error('the canvas has no 2D context or no track')
  let hue = 0
  const timer = setInterval(() => {
    if (track.readyState === 'ended') clearInterval(timer)
    context.fillStyle = `hsl(${String((hue += 7) % 360)} 80% 50%)`
    context.fillRect(0, 0, canvas.width, canvas.height)
  }, 50)
  return track
}

/** Chromium has both if started with the right flags. */
const { gc, performance } = globalThis as {
  gc?: (options: { readonly type: 'major'; readonly execution: 'async' }) => Promise<void>
  performance: Performance & { readonly memory?: { readonly usedJSHeapSize: number } }
}

const options = {
  connections,
  newStream: (tracks: MediaStreamTrack[]) => new MediaStream(tracks),
  newTrack: (kind: 'audio' | 'video', picture: Picture) => {
    const [audio] = microphone.getAudioTracks()
    if (!audio) throw new Error('no microphone')
    return kind === 'audio' ? audio.clone() : moving(picture)
  },
  uncaught$: merge(
    fromEvent<ErrorEvent>(globalThis, 'error').pipe(
      map(({ error, message }) => (error ?? message) as unknown),
    ),
    fromEvent<PromiseRejectionEvent>(globalThis, 'unhandledrejection').pipe(
      map(({ reason }) => reason as unknown),
    ),
  ),
  ...(gc &&
    performance.memory && {
      usedMemory: async () => {
        await gc({ type: 'major', execution: 'async' })
        // Evaluated at the time of the request.
        return performance.memory?.usedJSHeapSize ?? 0
      },
    }),
}
/** A page has only one adapter, that of the first request. */
let agent: AgentLink | undefined

globalThis.conformance = (adapter, request) => {
  if (agent === undefined) {
    agent = conformanceAgent({ ...options, port: adapter === 'native' ? nativePeer() : simplePeer() })
    agent.message$.subscribe({ next: (message) => globalThis.hear(message), error: reportError })
  }
  return agent.request(request)
}
