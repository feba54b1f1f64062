import { CallError, type CallAction, type CallClient } from '../core/index.ts'

/** Dispatches `action`, or does nothing if the client has been closed meanwhile. */
export function act(client: CallClient, action: CallAction): void {
  try {
    client.dispatch(action)
  } catch (thrown) {
    if (!CallError.is(thrown) || thrown.code !== 'closed') throw thrown
  }
}
