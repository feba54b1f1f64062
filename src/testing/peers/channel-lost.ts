import { CallError } from '../../core/index.ts'

/** What a data channel that closes in a failed connection means to both adapters: no word of the other side closed it. */
export const channelLost = (): CallError =>
  new CallError('connection-failed', 'the data channel closed when the connection failed')
