import { CallError } from '../errors.ts'

/**
 * Decides how a peer port ends when its data channel is closed from outside. Returns `null` for an orderly close by
 * the other side, and a CallError if the connection had failed. Without a path, no message from the other side can
 * have closed the channel. Firefox closes its channels when ICE fails, and an ICE restart then restores neither them
 * nor the media.
 */
export function channelClosed(connectionState: RTCPeerConnectionState): CallError | null {
  if (connectionState !== 'failed') return null
  return new CallError('connection-failed', 'the data channel closed when the connection failed')
}
