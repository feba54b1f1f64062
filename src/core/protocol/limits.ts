/** The upper bounds of a message. Checked on arrival, at the relay and again in the client. */
export const limits = {
  /** Characters of a user name. */
  name: 64,
  /** Bytes of a session description (UTF-8). */
  sdp: 64 * 1024,
  /** Bytes of one ICE candidate line (UTF-8). */
  candidate: 1024,
  /** Candidates in one message. */
  batch: 64,
  /** Bytes of one text message (UTF-8). */
  text: 4 * 1024,
  /** Characters of one message on the data channel as JSON: the longest text with every byte escaped, and its envelope. */
  data: 32 * 1024,
  /** Bytes of a whole signaling message as JSON: a full batch of the longest candidates, with room for its envelope. */
  message: 80 * 1024,
  /** Nesting depth of objects and lists in a signaling message. No valid message is nested deeper. */
  nesting: 32,
  /** Characters of the token in the handshake. */
  token: 8 * 1024,
  /** Characters of the URL of an ICE server. */
  iceServerUrl: 256,
  /** Features in one list. */
  features: 16,
  /** Characters of the name of a feature. */
  feature: 16,
  /** Milliseconds for which a message may ask to be kept. */
  ttlMs: 10 * 60_000,
} as const
