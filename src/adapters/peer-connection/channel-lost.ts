import { CallError } from '../../core/errors.ts'

/**
 * What a data channel that closes in a failed connection means: without a path, no word of the other side has closed it.
 * Firefox closes its channels when ICE fails, and then a restart of ICE brings back neither these nor the media.
 */
export function channelLost(): CallError {
  return new CallError('connection-failed', 'the data channel closed when the connection failed')
}
