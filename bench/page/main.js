import { controlSide } from './control-side.js'
import { rxcallSide } from './rxcall-side.js'

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

const make = { rxcall: rxcallSide, control: controlSide }
const now = () => performance.timeOrigin + performance.now()

/** @type {Marks} */
let marks = {}
/** @type {(what: keyof Marks) => void} */
const mark = (what) => void (marks[what] ??= now())

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  /** @param {RTCConfiguration} [configuration] */
  constructor(configuration) {
    super(configuration)
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
  /** @type {(variant: import('./side.js').Variant, name: string) => Promise<void>} */
  async join(variant, name) {
    marks = {}
    const video = document.querySelector('video')
    if (video === null) throw new Error('the page has no video')
    seen = new Promise((resolve) => {
      video.requestVideoFrameCallback(() => {
        mark('frame')
        resolve(marks)
      })
    })
    side = make[variant]({ name, mark, show: (stream) => (video.srcObject = stream) })
    await side.online
  },
  /** @type {(to: string) => void} */
  call: (to) => side?.call(to),
  offered: () => side?.offered,
  accept() {
    mark('accepted')
    side?.accept()
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
