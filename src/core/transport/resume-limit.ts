import { defer, map, withLatestFrom, type Observable } from 'rxjs'
import type { Env } from '../ports/index.ts'
import type { IncomingMessage, IncomingOf } from '../protocol/index.ts'
import { TokenBucket, type Rate } from '../protocol/token-bucket.ts'
import type { CallsView } from './calls-view.ts'

/**
 * How often a `resume` of the open call is answered, over all parties of its other user. By default a relay lets a user
 * connect this many devices, and all of them may come back together.
 */
export const resumeRate: Rate = { burst: 16, perSecond: 2 }

export interface ResumeLimitSources {
  /** Messages from the relay, checked. */
  readonly arrived$: Observable<IncomingMessage>
  /** Replays the latest. */
  readonly calls$: Observable<CallsView>
}

/**
 * Turns each `resume` in `arrived$` beyond {@link resumeRate} into an `ack` of the same number. A `resume` asks for
 * everything unacknowledged on its channel. One user's many parties could make this client send more than the relay
 * accepts. What a dropped `resume` asked for goes out when its channel retransmits by itself.
 *
 * Only the other side of the open call is counted, because few messages of strangers arrive at all.
 */
export function limitResumes(
  { arrived$, calls$ }: ResumeLimitSources,
  { scheduler }: Pick<Env, 'scheduler'>,
): Observable<IncomingMessage> {
  return defer(() => {
    const answers = new TokenBucket(resumeRate, scheduler.now())
    return arrived$.pipe(
      withLatestFrom(calls$),
      map(([message, { open }]) => {
        if (message.type !== 'resume') return message
        const isOfCall = open?.callId === message.callId && open.user === message.from.user
        return isOfCall && !answers.take(scheduler.now()) ? asAck(message) : message
      }),
    )
  })
}

const asAck = ({ body, ...resume }: IncomingOf<'resume'>): IncomingMessage => ({
  ...resume,
  type: 'ack',
  body: { seq: body.lastSeq },
})
