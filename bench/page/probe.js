/**
 * Times in milliseconds since the epoch, which the pages of one machine share.
 *
 * @typedef {object} Marks
 * @property {number} [accepted] The user clicks on "Accept".
 * @property {number} [captured] `getUserMedia` has resolved.
 * @property {number} [described] The first description of the other side is applied.
 * @property {number} [answered] The answer is handed to the relay.
 * @property {number} [attached] Both tracks have a sender.
 * @property {number} [connected] ICE.
 * @property {number} [secured] DTLS.
 * @property {number} [received] The first RTP packet of the other side has come.
 * @property {number} [pictured] The first RTP packet of video has come.
 * @property {number} [decoded] The first frame of the other side is decoded.
 * @property {number} [seen] The first picture of the other side was handed to the screen.
 */

const now = () => performance.timeOrigin + performance.now()

/** @type {Marks} */
let marks = {}
/** @type {Set<RTCPeerConnection>} */
const connections = new Set()
let attachedTracks = 0
let cameraDelay = 0

/** @type {() => void} */
let allGathered = () => undefined

/** @type {(what: keyof Marks) => void} */
export const mark = (what) => void (marks[what] ??= now())

/**
 * Forgets the last call, and watches the next one. From now on `getUserMedia` takes `cameraOpensIn` milliseconds
 * longer. `gathered` resolves once the connection has its last candidate. `seen` resolves once `video` shows the other
 * side.
 *
 * @type {(video: HTMLVideoElement, cameraOpensIn: number) => { gathered: Promise<void>, seen: Promise<void> }}
 */
export function watch(video, cameraOpensIn) {
  marks = {}
  connections.clear()
  attachedTracks = 0
  cameraDelay = cameraOpensIn
  return {
    gathered: new Promise((resolve) => (allGathered = resolve)),
    seen: new Promise((resolve) => {
      video.requestVideoFrameCallback((_, { presentationTime }) => {
        mark('seen')
        marks.decoded = performance.timeOrigin + presentationTime
        resolve()
      })
    }),
  }
}

/** Resolves to the marks as soon as the browser's own counters agree with them. */
export async function confirmedMarks() {
  for (;;) {
    const reports = await Promise.all([...connections].map((connection) => connection.getStats()))
    const all = reports.flatMap((report) => [...report.values()])
    const video = all.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video')
    const transport = all.find(({ type }) => type === 'transport')
    const isSecure = transport?.dtlsState === 'connected'
    if (isSecure && video?.packetsReceived > 0 && video.framesDecoded > 0 && 'pictured' in marks) return marks
  }
}

const { mediaDevices } = navigator
const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
/** @type {MediaDevices['getUserMedia']} */
mediaDevices.getUserMedia = async (constraints) => {
  if (cameraDelay > 0) await new Promise((resolve) => setTimeout(resolve, cameraDelay))
  return getUserMedia(constraints)
}

const attached = () => {
  if (++attachedTracks === 2) mark('attached')
}
const replaceTrack = Reflect.get(RTCRtpSender.prototype, 'replaceTrack')
/** @type {RTCRtpSender['replaceTrack']} */
RTCRtpSender.prototype.replaceTrack = async function (track) {
  await replaceTrack.call(this, track)
  if (track !== null) attached()
}

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  /** @type {Set<RTCDtlsTransport>} */
  #transports = new Set()

  /** @param {RTCConfiguration} [configuration] */
  constructor(configuration) {
    super(configuration)
    connections.add(this)
    this.addEventListener('icegatheringstatechange', () => {
      if (this.iceGatheringState === 'complete') allGathered()
    })
    this.addEventListener('iceconnectionstatechange', () => {
      if (this.iceConnectionState === 'connected') mark('connected')
    })
    // Each description may add transports.
    this.addEventListener('signalingstatechange', () => {
      for (const { sender } of this.getTransceivers()) this.#observe(sender.transport)
    })
    this.addEventListener('track', ({ track }) => {
      // A track is muted until the first packet of its source has come (W3C WebRTC, 9.3).
      const unmuted = () => {
        mark('received')
        if (track.kind === 'video') mark('pictured')
      }
      if (track.muted) track.addEventListener('unmute', unmuted, { once: true })
      else unmuted()
    })
  }

  /** @param {RTCDtlsTransport | null} transport */
  #observe(transport) {
    if (transport === null || this.#transports.has(transport)) return
    this.#transports.add(transport)
    const changed = () => {
      if (transport.state === 'connected') mark('secured')
    }
    transport.addEventListener('statechange', changed)
    changed()
  }

  /**
   * @override
   * @param {MediaStreamTrack} track
   * @param {MediaStream[]} streams
   */
  addTrack(track, ...streams) {
    const sender = super.addTrack(track, ...streams)
    attached()
    return sender
  }

  /**
   * @override
   * @param {RTCSessionDescriptionInit} description
   */
  async setRemoteDescription(description) {
    await super.setRemoteDescription(description)
    mark('described')
  }
}
