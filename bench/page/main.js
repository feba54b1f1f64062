import { peerJsSide } from '../peerjs/peerjs-side.js'
import { controlSide } from './control-side.js'
import { nativeSide, simplePeerSide } from './rxcall-side.js'

/**
 * Times in milliseconds since the epoch, which the pages of one machine share.
 *
 * @typedef {object} Marks
 * @property {number} [accepted]
 * @property {number} [captured]
 * @property {number} [answered]
 * @property {number} [connected] ICE.
 * @property {number} [frame] The first picture of the other side was handed to the screen.
 */

const make = {
  native: nativeSide,
  'simple-peer': simplePeerSide,
  control: controlSide,
  PeerJS: peerJsSide,
}
const now = () => performance.timeOrigin + performance.now()

/** @type {Marks} */
let marks = {}
/** @type {(what: keyof Marks) => void} */
const mark = (what) => void (marks[what] ??= now())

/** @type {() => void} */
let allGathered = () => undefined
/** @type {Promise<void> | undefined} */
let gathered

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  /** @param {RTCConfiguration} [configuration] */
  constructor(configuration) {
    super(configuration)
    this.addEventListener('icegatheringstatechange', () => {
      if (this.iceGatheringState === 'complete') allGathered()
    })
    this.addEventListener('iceconnectionstatechange', () => {
      if (this.iceConnectionState === 'connected') mark('connected')
    })
  }
}

/** @type {import('./side.js').Side | undefined} */
let side
/** @type {Promise<Marks> | undefined} */
let seen

/** What setup.js asks of the page, for one call after the other. */
export const bench = {
  /** @type {(variant: import('./side.js').Variant, name: string, peerServer: number) => Promise<void>} */
  async join(variant, name, peerServer) {
    marks = {}
    gathered = new Promise((resolve) => (allGathered = resolve))
    const video = document.querySelector('video')
    if (video === null) throw new Error('the page has no video')
    seen = new Promise((resolve) => {
      video.requestVideoFrameCallback(() => {
        mark('frame')
        resolve(marks)
      })
    })
    side = make[variant]({ name, mark, show: (stream) => (video.srcObject = stream), peerServer })
    await side.online
  },
  /** @type {(to: string) => void} */
  call: (to) => void side?.call(to),
  /** Resolves once the caller has sent its last candidate. */
  gathered: () => gathered,
  offered: () => side?.offered.then(() => undefined),
  accept() {
    mark('accepted')
    void side?.accept()
  },
  /** Resolves once the other side is seen. */
  seen: () => seen,
  close() {
    side?.close()
    const video = document.querySelector('video')
    if (video) video.srcObject = null
  },
}

Object.assign(globalThis, { bench })
