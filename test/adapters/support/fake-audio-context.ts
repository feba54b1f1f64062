import { vi, onTestFinished } from 'vitest'
import { FakeMediaStream } from './fake-media-devices.ts'

/** How loud each track is, from -1 to 1. A track that is not listed is silent. */
export type Loudness = Map<unknown, number>

/** An AudioContext of a page, which measures what the test says. */
export class FakeAudioContext {
  state: AudioContextState = 'running'
  readonly sampleRate = 48_000
  /** The tracks that are connected at the moment. */
  readonly connected = new Set<MediaStreamTrack>()
  readonly resume = vi.fn(async () => undefined)
  private readonly loudness: Loudness
  constructor(loudness: Loudness) {
    this.loudness = loudness
  }
  readonly close = vi.fn(async () => {
    this.state = 'closed'
  })
  createAnalyser() {
    const inputs = new Set<MediaStreamTrack>()
    return {
      inputs,
      fftSize: 2048,
      getFloatTimeDomainData: (samples: Float32Array) => {
        const heard = [...inputs].filter(({ enabled, muted }) => enabled && !muted)
        samples.fill(heard.reduce((sum, track) => sum + (this.loudness.get(track) ?? 0), 0))
      },
    }
  }
  createMediaStreamSource(stream: MediaStream) {
    const [track] = stream.getAudioTracks()
    if (track === undefined) throw new DOMException('there is no audio track', 'InvalidStateError')
    let analyser: { readonly inputs: Set<MediaStreamTrack> } | undefined
    return {
      connect: (to: typeof analyser) => {
        analyser = to
        for (const tracks of [this.connected, analyser?.inputs]) tracks?.add(track)
      },
      disconnect: () => {
        for (const tracks of [this.connected, analyser?.inputs]) tracks?.delete(track)
      },
    }
  }
}

/** Gives the page of the test an AudioContext. Returns the contexts that were created, and the loudness of tracks. */
export function pageWithAudio(state: AudioContextState = 'running') {
  const contexts: FakeAudioContext[] = []
  const loudness: Loudness = new Map()
  const document = new EventTarget()
  vi.stubGlobal('document', document)
  vi.stubGlobal('MediaStream', FakeMediaStream)
  vi.stubGlobal(
    'AudioContext',
    class extends FakeAudioContext {
      constructor() {
        super(loudness)
        this.state = state
        contexts.push(this)
      }
    },
  )
  onTestFinished(() => void vi.unstubAllGlobals())
  return { contexts, loudness, document }
}
