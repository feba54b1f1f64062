import { Peer } from 'peerjs'

/** What browserMedia asks for. */
const constraints = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' },
}

/**
 * The same call with PeerJS, written as its documentation shows: the caller captures and calls, the callee captures and
 * answers. It has its default settings except for the ICE servers, because the defaults are servers of third parties.
 *
 * @type {(options: import('../page/side.js').SideOptions) => import('../page/side.js').Side}
 */
export function peerJsSide({ name, mark, show, peerServer }) {
  // PeerJS accepts letters, digits and dashes.
  const idOf = (/** @type {string} */ name) => name.replaceAll(' ', '-')
  const peer = new Peer(idOf(name), {
    host: 'localhost',
    port: peerServer,
    path: '/',
    config: { iceServers: [] },
  })
  /** @type {MediaStream | undefined} */
  let local

  const capture = async () => {
    local = await navigator.mediaDevices.getUserMedia(constraints)
    mark('captured')
    return local
  }
  /** @type {Promise<import('peerjs').MediaConnection>} */
  const offered = new Promise((resolve) => peer.on('call', resolve))

  return {
    online: new Promise((resolve) => peer.on('open', () => resolve(undefined))),
    offered,
    async call(to) {
      const stream = await capture()
      peer.call(idOf(to), stream).on('stream', show)
    },
    async accept() {
      const [call, stream] = await Promise.all([offered, capture()])
      call.on('stream', show)
      call.answer(stream)
      call.peerConnection.addEventListener('signalingstatechange', () => mark('answered'), { once: true })
    },
    close() {
      local?.getTracks().forEach((track) => track.stop())
      peer.destroy()
    },
  }
}
