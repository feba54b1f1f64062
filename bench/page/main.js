import { peerJsSide } from '../peerjs/peerjs-side.js'
import { controlSide } from './control-side.js'
import { confirmedMarks, mark, watch } from './probe.js'
import { nativeSide, simplePeerSide } from './rxcall-side.js'

const make = {
  native: nativeSide,
  'simple-peer': simplePeerSide,
  control: controlSide,
  PeerJS: peerJsSide,
}
/** @type {import('./side.js').Side | undefined} */
let side
/** @type {ReturnType<typeof watch> | undefined} */
let watched

/**
 * @typedef {object} JoinOptions
 * @property {number} peerServer The port of the server of PeerJS.
 * @property {number} cameraOpensIn How many milliseconds longer than usual it takes.
 */

/** The functions that setup.js calls in the page, for one call after the other. */
export const bench = {
  /** @type {(variant: import('./side.js').Variant, name: string, options: JoinOptions) => Promise<void>} */
  async join(variant, name, { peerServer, cameraOpensIn }) {
    const video = document.querySelector('video')
    if (video === null) throw new Error('the page has no video')
    watched = watch(video, cameraOpensIn)
    side = make[variant]({ name, mark, show: (stream) => (video.srcObject = stream), peerServer })
    await side.online
  },
  /** @type {(to: string) => void} */
  call: (to) => void side?.call(to),
  /** Resolves once the caller has sent its last candidate. */
  gathered: () => watched?.gathered,
  offered: () => side?.offered.then(() => undefined),
  accept() {
    mark('accepted')
    void side?.accept()
  },
  /** Resolves once the other side is seen. */
  seen: () => watched?.seen,
  marks: confirmedMarks,
  close() {
    side?.close()
    const video = document.querySelector('video')
    if (video) video.srcObject = null
  },
}

Object.assign(globalThis, { bench })
