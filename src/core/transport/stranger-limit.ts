import { defer, filter, map, withLatestFrom, type Observable } from 'rxjs'
import { isOpen, type CallState } from '../call/state.ts'
import type { CallEvent } from '../events.ts'
import type { Env } from '../ports/index.ts'
import type { IncomingMessage } from '../protocol/index.ts'
import { TokenBucket, type Rate } from '../protocol/token-bucket.ts'

export interface StrangerLimitSources {
  /** What comes of the connection to the relay. */
  readonly event$: Observable<CallEvent>
  /** Replays the latest. */
  readonly state$: Observable<CallState>
}

/**
 * What one user may send who is not the other side of the open call, and what all of them together. One message costs this
 * client four of its own at the most: `busy`, which is said again until it is acknowledged. So strangers cost it 32 a second, of the
 * 50 that the relay takes by default, and at once 160 of 200.
 */
export const strangerRates: { readonly each: Rate; readonly together: Rate } = {
  each: { burst: 40, perSecond: 4 },
  together: { burst: 80, perSecond: 8 },
}

/** Users who are counted at once; who sent nothing for longest is forgotten first. */
const MAX_USERS = 256

/**
 * `event$` without the messages that strangers send too many of. A client answers whoever speaks to it, as far as the relay
 * lets it, so that a flood would leave it no words for its own call. What is left out counts as lost on the way, which harms nobody:
 * whatever has to arrive is said again until it is answered. There is no event of it, for that would be one more thing to
 * flood.
 *
 * The other side of the open call is no stranger. Who rings is bounded like a stranger, and does not wait for the others.
 */
export function limitStrangers(
  { event$, state$ }: StrangerLimitSources,
  { scheduler }: Pick<Env, 'scheduler'>,
): Observable<CallEvent> {
  return defer(() => {
    const all = new TokenBucket(strangerRates.together, scheduler.now())
    const byUser = new Map<string, TokenBucket>()
    const bucketOf = (user: string): TokenBucket => {
      const bucket = byUser.get(user) ?? new TokenBucket(strangerRates.each, scheduler.now())
      byUser.delete(user)
      byUser.set(user, bucket)
      const [oldest] = byUser.keys()
      if (byUser.size > MAX_USERS && oldest !== undefined) byUser.delete(oldest)
      return bucket
    }
    const isBearable = ({ from: { user } }: IncomingMessage, call: CallState): boolean => {
      const isOther = isOpen(call) && call.remote.user === user
      if (isOther && call.phase !== 'ringing') return true
      const now = scheduler.now()
      return bucketOf(user).take(now) && (isOther || all.take(now))
    }
    return event$.pipe(
      withLatestFrom(state$),
      filter(([event, call]) => event.type !== 'arrived' || isBearable(event.message, call)),
      map(([event]) => event),
    )
  })
}
