import { defer, map, withLatestFrom, type Observable } from 'rxjs'
import type { Env } from '../ports/index.ts'
import type { IncomingMessage, IncomingOf } from '../protocol/index.ts'
import { TokenBucket, type Rate } from '../protocol/token-bucket.ts'
import type { CallsView } from './calls-view.ts'

/**
 * How often a `resume` of the open call is answered, over all parties of its other user. The burst is what a relay lets a
 * user have connected at once, so all devices of a user can come back in the same moment.
 */
export const resumeRate: Rate = { burst: 16, perSecond: 2 }

export interface ResumeLimitSources {
  /** What came from the relay, checked. */
  readonly arrived$: Observable<IncomingMessage>
  /** Replays the latest. */
  readonly calls$: Observable<CallsView>
}

/**
 * `arrived$`, in which a `resume` beyond {@link resumeRate} is an `ack` of the same number. A `resume` asks for everything
 * unacknowledged, on each channel, so the many parties that one user can have would make this client send more than the
 * relay takes. What is not sent for it goes out when its channel next repeats by itself.
 *
 * Only the other side of the open call is counted: of strangers few messages arrive at all.
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
