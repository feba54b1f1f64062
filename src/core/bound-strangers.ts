import { defer, filter, map, withLatestFrom, type Observable } from 'rxjs'
import { isOpen, type CallState } from './call/state.ts'
import type { CallEvent } from './events.ts'
import type { Env } from './ports/index.ts'
import type { IncomingMessage } from './protocol/index.ts'
import { TokenBucket, type Rate } from './protocol/token-bucket.ts'

export interface StrangersSources {
  /** What comes of the connection to the relay. */
  readonly event$: Observable<CallEvent>
  /** Replays the latest. */
  readonly state$: Observable<CallState>
}

/** What one user may send who is not the other side of the open call, and what all of them together. */
const each: Rate = { burst: 60, perSecond: 5 }
const together: Rate = { burst: 120, perSecond: 20 }

/** Users who are counted at once; who sent nothing for longest is forgotten first. */
const MAX_USERS = 256

/**
 * `event$` without the messages that strangers send too many of. A client answers whoever speaks to it, as far as the relay
 * lets it, so that a flood would leave it no words for its own call. What is left out counts as lost on the way: who means it
 * says it again, so that nothing is lost for good. The other side of the open call is no stranger.
 */
export function boundStrangers(
  { event$, state$ }: StrangersSources,
  { scheduler }: Pick<Env, 'scheduler'>,
): Observable<CallEvent> {
  return defer(() => {
    const all = new TokenBucket(together, scheduler.now())
    const byUser = new Map<string, TokenBucket>()
    const bucketOf = (user: string): TokenBucket => {
      const bucket = byUser.get(user) ?? new TokenBucket(each, scheduler.now())
      byUser.delete(user)
      byUser.set(user, bucket)
      const [oldest] = byUser.keys()
      if (byUser.size > MAX_USERS && oldest !== undefined) byUser.delete(oldest)
      return bucket
    }
    const isBearable = ({ from: { user } }: IncomingMessage, call: CallState): boolean => {
      if (isOpen(call) && call.remote.user === user) return true
      const now = scheduler.now()
      return bucketOf(user).take(now) && all.take(now)
    }
    return event$.pipe(
      withLatestFrom(state$),
      filter(([event, call]) => event.type !== 'arrived' || isBearable(event.message, call)),
      map(([event]) => event),
    )
  })
}
