/** The part of a MediaStreamTrack that calls depend on, without a device behind it. */
export interface FakeTrack {
  readonly id: string
  readonly kind: 'audio' | 'video'
  /** The name of the device that it comes from. */
  label?: string
  enabled: boolean
  /** Whether the system has muted it. */
  muted: boolean
  /** How loud its sound is, from 0 to 1. Virtual peers report it; 0.1, like speech, if it is missing. */
  level?: number
  readyState: 'live' | 'ended'
  stop(): void
  /** An independent track: muting or stopping one does not affect the other. */
  clone(): FakeTrack
}

/**
 * A MediaStream without media: tracks that can be enabled, disabled and stopped. Ids are derived from `id`, so that two
 * runs of a test give equal streams.
 *
 * @example
 * const camera = fakeStream('camera', ['audio', 'video'])
 * camera.getTracks().map(({ id }) => id) // ['camera-audio', 'camera-video']
 */
export function fakeStream(id: string, kinds: readonly FakeTrack['kind'][]): MediaStream {
  return fakeStreamOf(
    id,
    kinds.map((kind) => fakeTrack(`${id}-${kind}`, kind)),
  )
}

/**
 * A {@link fakeStream} of the given tracks.
 *
 * @example
 * const microphone = fakeTrack('microphone', 'audio')
 * const stream = fakeStreamOf('alice', [microphone])
 */
export function fakeStreamOf(id: string, tracks: readonly FakeTrack[]): MediaStream {
  const ofKind = (kind: FakeTrack['kind']) => tracks.filter((track) => track.kind === kind)
  const stream = {
    id,
    getTracks: () => [...tracks],
    getAudioTracks: () => ofKind('audio'),
    getVideoTracks: () => ofKind('video'),
  }
  if (typeof MediaStream === 'undefined') return stream as unknown as MediaStream
  // In a page, `srcObject` accepts only a MediaStream. Its own properties cannot be set, so these cover them.
  return Object.create(MediaStream.prototype, Object.getOwnPropertyDescriptors(stream)) as MediaStream
}

/**
 * A live track.
 *
 * @example
 * const track = fakeTrack('microphone', 'audio')
 * track.stop()
 * track.readyState // 'ended'
 */
export function fakeTrack(id: string, kind: FakeTrack['kind']): FakeTrack {
  return {
    id,
    kind,
    enabled: true,
    muted: false,
    readyState: 'live',
    stop() {
      this.readyState = 'ended'
    },
    clone() {
      const { enabled, muted, readyState } = this
      return Object.assign(fakeTrack(`${id}-clone`, kind), { enabled, muted, readyState })
    },
  }
}
