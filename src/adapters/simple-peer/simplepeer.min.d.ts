/**
 * The used part of simple-peer 9.11's browser build, which has no types. The plain `simple-peer` is for bundlers that
 * add Node's globals, and breaks with others.
 */
declare module 'simple-peer/simplepeer.min.js' {
  /** The WebRTC classes that it uses. */
  export interface SimplePeerWebRtc {
    readonly RTCPeerConnection: new (configuration?: RTCConfiguration) => RTCPeerConnection
    readonly RTCSessionDescription: new (init: RTCSessionDescriptionInit) => object
    readonly RTCIceCandidate: new (init: RTCIceCandidateInit) => object
  }

  export interface Options {
    readonly initiator: boolean
    readonly config: RTCConfiguration
    readonly wrtc: SimplePeerWebRtc
    readonly trickle: boolean
    readonly objectMode: boolean
    readonly iceCompleteTimeout: number
  }

  export type Signal =
    | { readonly type: 'offer' | 'answer'; readonly sdp: string }
    | { readonly type: 'candidate'; readonly candidate: RTCIceCandidateInit }
    | { readonly type: 'renegotiate'; readonly renegotiate: true }

  export default class SimplePeer {
    constructor(options: Options)
    /** Whether the data channel is open. */
    readonly connected: boolean
    signal(signal: Signal): void
    send(data: string): void
    addStream(stream: MediaStream): void
    addTrack(track: MediaStreamTrack, stream: MediaStream): void
    addTransceiver(kind: 'audio' | 'video', init: RTCRtpTransceiverInit): void
    destroy(): void
    on(event: 'signal' | 'data', listener: (value: unknown) => void): this
    on(event: 'error', listener: (error: Error) => void): this
    on(event: 'connect' | 'close', listener: () => void): this
  }
}
