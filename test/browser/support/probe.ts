/** What a test can ask a page, besides what the page shows. */
export interface Probe {
  /** The streams that `getUserMedia` and `getDisplayMedia` returned, in order. */
  readonly streams: MediaStream[]
  /** Every peer connection that was made, in order. */
  readonly connections: RTCPeerConnection[]
  /** Makes `getUserMedia` wait for `release`. */
  hold(): void
  release(): void
  /** Whether the picture in the video with this label has changed since the last call. */
  isMoving(label: string): boolean
  isBlack(label: string): boolean
  /** How many pictures have arrived in total. */
  framesDecoded(): Promise<number>
  /** The same for each connection, in the order in which they were created. */
  framesOfEach(): Promise<number[]>
  /** Whether more than five pictures have arrived. */
  isDecoding(): Promise<boolean>
  /** Whether sound has arrived and been played since the last call. */
  isLoud(): Promise<boolean>
  /** Whether 1.5 s of silence have arrived. */
  isSilent(): Promise<boolean>
  /** Whether no media packet, or none of this kind, has been sent for a second. */
  sendsNothing(kind?: string): Promise<boolean>
}

declare global {
  var probe: Probe
}

/** Runs in the page before its own scripts, so it cannot use anything outside this function. */
export function installProbe(): void {
  const streams: MediaStream[] = []
  const connections: RTCPeerConnection[] = []

  let held: Promise<void> | undefined
  let release = (): void => undefined
  const { mediaDevices } = navigator
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (constraints) => {
    await held
    const stream = await getUserMedia(constraints)
    streams.push(stream)
    return stream
  }
  const getDisplayMedia = mediaDevices.getDisplayMedia.bind(mediaDevices)
  mediaDevices.getDisplayMedia = async (options) => {
    const stream = await getDisplayMedia(options)
    streams.push(stream)
    return stream
  }
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      connections.push(this)
    }
  }

  const [width, height] = [64, 48]
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })

  /** The brightness of the points of a video, from 0 (black) to 255. */
  const look = (label: string): readonly number[] | undefined => {
    const video = document.querySelector<HTMLVideoElement>(`video[aria-label="${label}"]`)
    if (!context || !video || video.videoWidth === 0) return undefined
    context.drawImage(video, 0, 0, width, height)
    const { data } = context.getImageData(0, 0, width, height)
    return Array.from({ length: width * height }, (_, i) => Math.max(...data.slice(4 * i, 4 * i + 3)))
  }
  const seen = new Map<string, readonly number[]>()

  type Counter = 'framesDecoded' | 'totalAudioEnergy' | 'totalSamplesDuration'
  /** The sum of this counter over all received streams, for each connection. */
  const countEach = async (counter: Counter): Promise<number[]> => {
    const reports = await Promise.all(connections.map((connection) => connection.getStats()))
    return reports.map((report) =>
      ([...report.values()] as RTCInboundRtpStreamStats[])
        .filter(({ type }) => (type as string) === 'inbound-rtp')
        .reduce((total, stats) => total + (stats[counter] ?? 0), 0),
    )
  }
  const sumOf = async (counter: Counter): Promise<number> =>
    (await countEach(counter)).reduce((total, count) => total + count, 0)
  let quiet: { packets: number; since: number } | undefined
  const audible = 1e-5
  let heard = 0
  let quietSince: { energy: number; seconds: number } | undefined

  globalThis.probe = {
    streams,
    connections,
    hold: () => void (held = new Promise((resolve) => (release = resolve))),
    release: () => release(),
    isMoving(label) {
      const [before, now] = [seen.get(label), look(label)]
      if (!now) return false
      seen.set(label, now)
      const hasContrast = Math.max(...now) - Math.min(...now) > 60
      return (
        hasContrast && before !== undefined && now.some((value, i) => Math.abs(value - (before[i] ?? 0)) > 40)
      )
    },
    isBlack(label) {
      const now = look(label)
      return now !== undefined && Math.max(...now) < 24
    },
    framesDecoded: () => sumOf('framesDecoded'),
    framesOfEach: () => countEach('framesDecoded'),
    async isDecoding() {
      return (await sumOf('framesDecoded')) > 5
    },
    async isLoud() {
      const speaker = document.querySelector<HTMLVideoElement>('video[aria-label="Remote video"]')
      if (!speaker || speaker.muted || speaker.paused || speaker.volume === 0) return false
      const energy = await sumOf('totalAudioEnergy')
      const louder = energy > heard + audible
      // A closed connection no longer counts.
      heard = louder ? energy : Math.min(heard, energy)
      return louder
    },
    async isSilent() {
      const now = { energy: await sumOf('totalAudioEnergy'), seconds: await sumOf('totalSamplesDuration') }
      if (!quietSince || now.energy > quietSince.energy + audible) quietSince = now
      return now.seconds > quietSince.seconds + 1.5
    },
    async sendsNothing(only) {
      const reports = await Promise.all(connections.map((connection) => connection.getStats()))
      const packets = reports
        .flatMap((report) => [...report.values()] as RTCOutboundRtpStreamStats[])
        .filter(({ type, kind }) => (type as string) === 'outbound-rtp' && kind === (only ?? kind))
        .reduce((total, { packetsSent = 0 }) => total + packetsSent, 0)
      if (packets !== quiet?.packets) quiet = { packets, since: performance.now() }
      return performance.now() > quiet.since + 1000
    },
  }
}
