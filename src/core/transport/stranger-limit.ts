import { defer, filter, map, withLatestFrom, type Observable } from 'rxjs'
import type { Env } from '../ports/index.ts'
import type { IncomingMessage } from '../protocol/index.ts'
import { TokenBucket, type Rate } from '../protocol/token-bucket.ts'
import type { CallsView } from './calls-view.ts'

export interface StrangerLimitSources {
  /** Messages from the relay, checked. */
  readonly arrived$: Observable<IncomingMessage>
  /** Replays the latest. */
  readonly calls$: Observable<CallsView>
}

/**
 * How much one stranger may send, and all of them together. A stranger is not the other side of the open call. One
 * message costs this client at most four: a `busy` that is repeated until it is acknowledged. So strangers use at most
 * 32 of the relay's 50 messages a second, and 160 of 200 at once.
 */
export const strangerRates: { readonly each: Rate; readonly together: Rate } = {
  each: { burst: 40, perSecond: 4 },
  together: { burst: 80, perSecond: 8 },
}

/** Users who are counted at once. If there are more, the one who has sent nothing for longest is forgotten. */
const MAX_USERS = 256

/**
 * Drops strangers' messages beyond {@link strangerRates} from `arrived$`. A client answers everybody who writes to
 * it. Without this, a flood would use up the messages that the relay accepts for its own call. Dropping one is
 * harmless: it counts as lost on the way, and whatever has to arrive is repeated until it is answered. Nothing is
 * reported, because reports could be flooded as well.
 *
 * The other side of the open call counts as known. While it rings here it is limited like a stranger, but on its own.
 *
 * @example
 * limitStrangers({ arrived$, calls$ }, env).subscribe((message) => deliver(message))
 */
export function limitStrangers(
  { arrived$, calls$ }: StrangerLimitSources,
  { scheduler }: Pick<Env, 'scheduler'>,
): Observable<IncomingMessage> {
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
    const isBearable = ({ from: { user } }: IncomingMessage, { open }: CallsView): boolean => {
      const isOther = open?.user === user
      if (isOther && !open.isRinging) return true
      const now = scheduler.now()
      return bucketOf(user).take(now) && (isOther || all.take(now))
    }
    return arrived$.pipe(
      withLatestFrom(calls$),
      filter(([message, calls]) => isBearable(message, calls)),
      map(([message]) => message),
    )
  })
}
