import { io } from 'socket.io-client'

/** @typedef {import('rxcall').OutgoingMessage} OutgoingMessage */
/** @typedef {import('rxcall').IncomingMessage} IncomingMessage */
/** @typedef {import('rxcall').Party} Party */

const randomId = () => crypto.randomUUID().replaceAll('-', '')

/** What browserMedia asks for. */
const constraints = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' },
}

/**
 * A call written by hand, with only RTCPeerConnection and a Socket.IO client. It sends the messages of the protocol in
 * the same order as rxcall. It checks nothing, and handles no failure.
 *
 * @type {(options: import('./side.js').SideOptions) => import('./side.js').Side}
 */
export function controlSide({ name, mark, show }) {
  const socket = io({
    auth: { name, party: randomId(), secret: randomId() },
    transports: ['websocket'],
    forceNew: true,
  })
  const connection = new RTCPeerConnection({ iceServers: [] })
  /** @type {MediaStream | undefined} */
  let local
  /** @type {{ callId: string, to: { user: string, party?: string } } | undefined} */
  let call
  /** @type {string | undefined} */
  let offer
  /** @type {RTCIceCandidateInit[]} */
  const early = []

  /** @type {(type: OutgoingMessage['type'], body?: object, more?: { ttlMs?: number }) => void} */
  const send = (type, body = {}, more = {}) =>
    void socket.emit('message', { v: 1, type, ...call, ...more, body }, () => {})

  connection.ontrack = ({ streams: [stream] }) => stream && show(stream)
  connection.onicecandidate = ({ candidate }) => {
    if (candidate === null) send('candidates', { list: [], end: true })
    else if (candidate.candidate !== '') {
      const { candidate: line, sdpMid, sdpMLineIndex } = candidate
      send('candidates', { list: [{ candidate: line, sdpMid, sdpMLineIndex }] })
    }
  }

  const capture = async () => {
    const stream = await navigator.mediaDevices.getUserMedia(constraints)
    mark('captured')
    for (const track of stream.getTracks()) connection.addTrack(track, stream)
    local = stream
  }

  /** @type {(description: RTCSessionDescriptionInit) => Promise<void>} */
  const applyRemote = async (description) => {
    await connection.setRemoteDescription(description)
    for (const candidate of early.splice(0)) void connection.addIceCandidate(candidate)
  }

  const dial = async () => {
    await capture()
    send('invite', { media: { audio: true, video: true } }, { ttlMs: 60_000 })
    // rxcall carries its texts over one, too.
    connection.createDataChannel('text')
    await connection.setLocalDescription()
    send('offer', { sdp: connection.localDescription?.sdp })
  }

  const accept = async () => {
    send('accept')
    await capture()
    await applyRemote({ type: 'offer', sdp: offer ?? '' })
    await connection.setLocalDescription()
    send('answer', { sdp: connection.localDescription?.sdp })
    mark('answered')
  }

  /** @type {() => void} */
  let lastCandidateIsHere
  const offered = new Promise((resolve) => (lastCandidateIsHere = () => resolve(undefined)))

  /** @param {IncomingMessage} message */
  const receive = (message) => {
    switch (message.type) {
      case 'invite':
        call = { callId: message.callId, to: message.from }
        send('ringing')
        break
      case 'offer':
        offer = message.body.sdp
        break
      case 'candidates':
        if (connection.remoteDescription === null) early.push(...message.body.list)
        else for (const candidate of message.body.list) void connection.addIceCandidate(candidate)
        if (message.body.end) lastCandidateIsHere()
        break
      case 'accept':
        if (call) call.to = message.from
        send('select')
        break
      case 'answer':
        void applyRemote({ type: 'answer', sdp: message.body.sdp })
        break
    }
  }
  socket.on('message', receive)

  return {
    online: new Promise((resolve) => socket.once('welcome', resolve)),
    offered,
    call(to) {
      call = { callId: randomId(), to: { user: to } }
      void dial()
    },
    accept: () => void accept(),
    close() {
      local?.getTracks().forEach((track) => track.stop())
      connection.close()
      socket.disconnect()
    },
  }
}
