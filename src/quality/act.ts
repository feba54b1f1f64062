import type { SchedulerLike } from 'rxjs'
import { CallError, type CallAction, type CallClient } from '../core/index.ts'

/** Dispatches `action`, or does nothing if the client has been closed meanwhile. */
export function act(client: CallClient, action: CallAction): void {
  try {
    client.dispatch(action)
  } catch (thrown) {
    if (!CallError.is(thrown) || thrown.code !== 'closed') throw thrown
  }
}

/**
 * Like {@link act}, once the client has finished what it is doing. `record` makes an action in the middle of an event
 * wait. So without this, a recorded client would act at another time than others.
 */
export function actAfterwards(client: CallClient, action: CallAction, scheduler: SchedulerLike): void {
  scheduler.schedule(() => act(client, action))
}
