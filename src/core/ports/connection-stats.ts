/**
 * The figures of one peer connection at one moment (W3C WebRTC Statistics), normalized: without ids, and without
 * addresses. Counters run from the beginning of the connection. One that has become smaller began again, as happens
 * when a browser replaces a stream.
 *
 * A figure that the browser does not report is missing. It is never 0 instead.
 */
export interface ConnectionStats {
  /** When the figures were taken, in milliseconds. Only differences matter, because each platform has its own origin. */
  readonly at: number
  readonly receiving: Readonly<Partial<Record<'audio' | 'video', InboundStats>>>
  readonly sending: Readonly<Partial<Record<'audio' | 'video', OutboundStats>>>
  /** The time to the other side and back over the present path, in milliseconds. */
  readonly roundTripMs?: number
  /** The bitrate that the browser believes it can send, in bits a second. */
  readonly availableBitrate?: number
  readonly path?: NetworkPath
}

/** The path that media take. */
export interface NetworkPath {
  /** Through a TURN server, on this side or the other one. */
  readonly relayed: boolean
  /** How this side reaches the other one, or the TURN server if this side uses one. */
  readonly protocol?: 'udp' | 'tcp' | 'tls'
}

/** The figures of media in either direction. */
interface MediaStats {
  readonly bytes?: number
  readonly packets?: number
  /** What was lost on the way. For sent media, this is what the other side's reports say (RFC 3550, 6.4.1). */
  readonly packetsLost?: number
  readonly jitterMs?: number
  /** The size of the latest frame, in pixels. */
  readonly width?: number
  readonly height?: number
  /** The name of the codec, such as `opus` or `VP8`. */
  readonly codec?: string
  /** How loud the sound is at this moment, from 0 to 1. */
  readonly audioLevel?: number
}

/** The figures of one kind of media that arrives. */
export interface InboundStats extends MediaStats {
  readonly framesDecoded?: number
  /** How many samples of sound were played, and how many of them were invented because of loss or delay. */
  readonly samples?: number
  readonly concealedSamples?: number
}

/** The figures of one kind of media that is sent. */
export interface OutboundStats extends MediaStats {
  readonly framesEncoded?: number
  /** According to the other side's reports. */
  readonly roundTripMs?: number
  /** Why the encoder reduces quality; `none` if it does not. */
  readonly limitation?: 'none' | 'cpu' | 'bandwidth' | 'other'
}
