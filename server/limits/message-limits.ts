import type { MessageType, RefusalCode } from '../../src/core/protocol/index.ts'
import { rateLimit, type CreateLimiter, type TakePoint } from './limiter.ts'
import type { Allowance, RelayLimits } from './relay-limits.ts'

/** The refusal of a message that is one too many. */
export interface TooMany {
  readonly ok: false
  readonly code: Extract<RefusalCode, 'too-many-messages' | 'too-many-invites'>
  readonly problem: string
}

/**
 * Counts a message, and returns the refusal if it is one too many. `address` is a key of {@link addressKey}. Returns a
 * promise only if a counter is remote.
 */
export type CountMessage = (
  user: string,
  address: string,
  type: MessageType,
) => TooMany | undefined | Promise<TooMany | undefined>

interface Counter {
  readonly what: 'messages' | 'invites'
  readonly by: 'address' | 'user'
  readonly allowance: Allowance
  readonly take: TakePoint
}

/** Limits what users and addresses may send, over all their connections. */
export function messageLimits(
  limits: RelayLimits,
  create: CreateLimiter,
  failed: (thrown: unknown) => void,
): CountMessage {
  const counter = (what: Counter['what'], by: Counter['by'], allowance: Allowance): Counter => ({
    what,
    by,
    allowance,
    take: rateLimit(create, `rxcall:${what}:${by}`, allowance, failed),
  })
  const messagesOfAddress = counter('messages', 'address', limits.messagesPerAddress)
  const messagesOfUser = counter('messages', 'user', limits.messagesPerUser)
  const ofOthers = [messagesOfAddress, messagesOfUser]
  const ofInvite = [
    messagesOfAddress,
    counter('invites', 'address', limits.invitesPerAddress),
    messagesOfUser,
    counter('invites', 'user', limits.invitesPerUser),
  ]
  return (user, address, type) => countBy(type === 'invite' ? ofInvite : ofOthers, user, address)
}

/** Takes a point of each counter, until one is empty. */
function countBy(counters: readonly Counter[], user: string, address: string): ReturnType<CountMessage> {
  let counted = 0
  for (const counter of counters) {
    counted += 1
    const wait = counter.take(counter.by === 'user' ? user : address)
    if (wait === undefined) continue
    if (!(wait instanceof Promise)) return tooMany(counter, wait)
    const others = counters.slice(counted)
    return wait.then((wait) => (wait === undefined ? countBy(others, user, address) : tooMany(counter, wait)))
  }
  return undefined
}

function tooMany({ what, by, allowance }: Counter, wait: number): TooMany {
  const problem = `at most ${allowance.points} ${what} in ${allowance.seconds} s from one ${by}; wait ${wait} s`
  return { ok: false, code: `too-many-${what}`, problem }
}
