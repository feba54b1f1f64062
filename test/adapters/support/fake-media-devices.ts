/** A track that a page could get, without a device behind it. */
export class FakeMediaTrack extends EventTarget {
  readonly kind: 'audio' | 'video'
  enabled = true
  muted = false
  readyState: MediaStreamTrackState = 'live'
  constructor(kind: 'audio' | 'video') {
    super()
    this.kind = kind
  }
  /** What was cloned from it, in order. */
  readonly clones: FakeMediaTrack[] = []
  constraints: MediaTrackConstraints = {}
  /** How it answers constraints. */
  answer: 'applies' | 'refuses' | 'ignores' = 'applies'
  getConstraints = () => this.constraints
  getSettings = () => ({ echoCancellation: true, noiseSuppression: true, ...this.constraints })
  async applyConstraints(constraints: MediaTrackConstraints = {}) {
    await Promise.resolve()
    if (this.answer === 'refuses') throw new DOMException('', 'OverconstrainedError')
    if (this.answer === 'applies') this.constraints = constraints
  }
  clone(): FakeMediaTrack {
    const { enabled, muted, readyState, constraints } = this
    const clone = Object.assign(new FakeMediaTrack(this.kind), { enabled, muted, readyState, constraints })
    this.clones.push(clone)
    return clone
  }
  /** Its clones, and theirs. */
  allClones(): FakeMediaTrack[] {
    return this.clones.flatMap((clone) => [clone, ...clone.allClones()])
  }
  /** Fires no event: only what ends by itself does (W3C Media Capture, 4.3.3). */
  stop() {
    this.readyState = 'ended'
  }
  /** The device is unplugged, or the user stops sharing. */
  end() {
    this.clones.forEach((clone) => clone.end())
    if (this.readyState === 'ended') return
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }
  /** The system mutes or unmutes it. */
  mute(muted: boolean) {
    this.clones.forEach((clone) => clone.mute(muted))
    if (this.readyState === 'ended' || this.muted === muted) return
    this.muted = muted
    this.dispatchEvent(new Event(muted ? 'mute' : 'unmute'))
  }
}

export class FakeMediaStream {
  private readonly tracks: readonly FakeMediaTrack[]
  constructor(tracks: readonly FakeMediaTrack[]) {
    this.tracks = tracks
  }
  getTracks = () => [...this.tracks]
  getAudioTracks = () => this.tracks.filter(({ kind }) => kind === 'audio')
  getVideoTracks = () => this.tracks.filter(({ kind }) => kind === 'video')
}

/** The class, for `BrowserMediaOptions`. */
export const fakeMediaStreamClass = FakeMediaStream as unknown as new (
  tracks: MediaStreamTrack[],
) => MediaStream

type Wanted = boolean | MediaTrackConstraints | undefined

/** The `navigator.mediaDevices` of a page with a microphone and a camera, which the test controls. */
export class FakeMediaDevices extends EventTarget {
  /** How many captures the page has requested. */
  requests = 0
  /** Every track that was ever opened. */
  readonly opened: FakeMediaTrack[] = []
  /** Whether the page may know the devices; a granted capture allows it. */
  isPermitted = true
  /** The name of the exception that captures and lists fail with. */
  readonly failing: { capture?: string; list?: string } = {}
  private present: readonly MediaDeviceInfo[] = [
    info('audioinput', 'microphone'),
    info('videoinput', 'camera'),
  ]
  private granting = Promise.resolve()

  async getUserMedia({ audio, video }: MediaStreamConstraints = {}): Promise<MediaStream> {
    this.requests++
    if (!audio && !video) throw new TypeError('neither audio nor video was requested')
    await this.answer()
    for (const [kind, wanted] of [['audioinput', audio] as const, ['videoinput', video] as const])
      this.insistPresent(kind, wanted)
    this.isPermitted = true
    return this.open([...(audio ? (['audio'] as const) : []), ...(video ? (['video'] as const) : [])])
  }

  async getDisplayMedia(): Promise<MediaStream> {
    this.requests++
    await this.answer()
    return this.open(['video'])
  }

  /** Without permission, at most one nameless device of each kind (W3C Media Capture, 9.2.1). */
  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    await Promise.resolve()
    if (this.failing.list !== undefined) throw new DOMException('', this.failing.list)
    if (this.isPermitted) return [...this.present]
    return [...new Set(this.present.map(({ kind }) => kind))].map((kind) => info(kind, ''))
  }

  /** Leaves captures unanswered until the returned function is called. */
  holdGrants(): () => void {
    let grant: () => void = () => undefined
    this.granting = new Promise((resolve) => {
      grant = resolve
    })
    return () => grant()
  }

  /** Adds a device. */
  plug(kind: MediaDeviceKind, deviceId: string) {
    this.present = [...this.present, info(kind, deviceId)]
    this.dispatchEvent(new Event('devicechange'))
  }

  /** Removes a device. */
  unplug(deviceId: string) {
    this.present = this.present.filter((device) => device.deviceId !== deviceId)
    this.dispatchEvent(new Event('devicechange'))
  }

  private async answer() {
    await this.granting
    if (this.failing.capture !== undefined) throw new DOMException('', this.failing.capture)
  }

  private insistPresent(kind: MediaDeviceKind, wanted: Wanted) {
    if (wanted === undefined || wanted === false) return
    const ofKind = this.present.filter((device) => device.kind === kind)
    if (ofKind.length === 0) throw new DOMException('', 'NotFoundError')
    const exact = typeof wanted === 'object' && typeof wanted.deviceId === 'object' ? wanted.deviceId : {}
    if ('exact' in exact && !ofKind.some(({ deviceId }) => deviceId === exact.exact))
      throw new DOMException('', 'OverconstrainedError')
  }

  private open(kinds: readonly FakeMediaTrack['kind'][]): MediaStream {
    const tracks = kinds.map((kind) => new FakeMediaTrack(kind))
    this.opened.push(...tracks)
    return new FakeMediaStream(tracks) as unknown as MediaStream
  }
}

const info = (kind: MediaDeviceKind, deviceId: string): MediaDeviceInfo => {
  const device = { kind, deviceId, label: deviceId, groupId: '' }
  return { ...device, toJSON: () => device }
}
