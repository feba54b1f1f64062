import wrtc from '@roamhq/wrtc'
import type { Letter, Message } from './independent-post.ts'

export interface PeerOptions {
  readonly epoch: number
  readonly isCaller: boolean
  readonly tracks: readonly MediaStreamTrack[]
  readonly signal: (letter: Letter) => void
  readonly trackAdded: (track: MediaStreamTrack) => void
  readonly connected: () => void
  readonly dataOpen: () => void
  readonly data: (json: string) => void
  readonly failed: (thrown: unknown) => void
}

/** The peer connection of one epoch. */
export interface Peer {
  readonly epoch: number
  offer(): void
  /** Applies a description or candidates of the other side. */
  take(message: Message): void
  send(json: string): void
  close(): void
}

/** Opens a peer connection. What `createOffer` and `createAnswer` made is sent; a local description is never read. */
export function openPeer(options: PeerOptions): Peer {
  const { epoch, isCaller, signal } = options
  const connection = new wrtc.RTCPeerConnection()
  const early: RTCIceCandidateInit[] = []
  let channel: RTCDataChannel | undefined
  let steps = Promise.resolve()
  let [isOpen, isConnected, isDescribed] = [true, false, false]

  const next = (step: () => Promise<void>) => {
    steps = steps
      .then(() => (isOpen ? step() : undefined))
      .catch((thrown: unknown) => {
        if (isOpen) options.failed(thrown)
      })
  }
  const say = (type: string, body: object) => {
    if (isOpen) signal({ type, body, epoch })
  }
  const describe = async (type: 'offer' | 'answer', sdp = '') => {
    await connection.setRemoteDescription({ type, sdp })
    isDescribed = true
    for (const candidate of early.splice(0)) await connection.addIceCandidate(candidate)
  }
  const apply = async ({ type, body }: Message) => {
    if (type === 'candidates') {
      if (!isDescribed) early.push(...(body.list ?? []))
      else for (const candidate of body.list ?? []) await connection.addIceCandidate(candidate)
    } else if (type === 'answer' && connection.signalingState === 'have-local-offer') {
      await describe('answer', body.sdp)
    } else if (type === 'offer' && !isCaller) {
      await describe('offer', body.sdp)
      const answer = await connection.createAnswer()
      await connection.setLocalDescription(answer)
      say('answer', { sdp: answer.sdp })
    }
  }

  const take = (data: RTCDataChannel) => {
    channel = data
    data.onopen = options.dataOpen
    data.onmessage = ({ data: json }: MessageEvent<string>) => options.data(json)
  }
  if (isCaller) take(connection.createDataChannel('any'))
  else connection.ondatachannel = ({ channel: data }) => take(data)
  for (const track of options.tracks) connection.addTrack(track)
  connection.ontrack = ({ track }) => options.trackAdded(track)
  connection.onicecandidate = ({ candidate }) =>
    say('candidates', candidate?.candidate ? { list: [candidate.toJSON()] } : { list: [], end: true })
  connection.onconnectionstatechange = () => {
    if (isConnected || connection.connectionState !== 'connected') return
    isConnected = true
    options.connected()
  }

  return {
    epoch,
    offer: () =>
      next(async () => {
        const offer = await connection.createOffer()
        await connection.setLocalDescription(offer)
        say('offer', { sdp: offer.sdp })
      }),
    take: (message) => next(() => apply(message)),
    send: (json) => {
      if (channel?.readyState === 'open') channel.send(json)
    },
    close: () => {
      isOpen = false
      connection.close()
    },
  }
}
