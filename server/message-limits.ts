import type { MessageType, RefusalCode } from '../src/core/protocol/index.ts'
import { take, type CreateLimiter } from './limiter.ts'
import type { Allowance, RelayLimits } from './relay-limits.ts'

/** Why a message is one too many. */
export interface TooMany {
  readonly ok: false
  readonly code: Extract<RefusalCode, 'too-many-messages' | 'too-many-invites'>
  readonly problem: string
}

/** Counts a message; resolves with why it is one too many, where it is. */
export type CountMessage = (
  sender: { readonly user: string; readonly address: string },
  type: MessageType,
) => Promise<TooMany | undefined>

/** What users and addresses may send, over all their connections. */
export function messageLimits(
  limits: RelayLimits,
  create: CreateLimiter,
  failed: (thrown: unknown) => void,
): CountMessage {
  const limit = (name: string, allowance: Allowance) => ({
    allowance,
    take: take(create, `rxcall:${name}`, allowance, failed),
  })
  const messages = {
    address: limit('messages:address', limits.messagesPerAddress),
    user: limit('messages:user', limits.messagesPerUser),
  }
  const invites = {
    address: limit('invites:address', limits.invitesPerAddress),
    user: limit('invites:user', limits.invitesPerUser),
  }

  return async (sender, type) => {
    for (const by of ['address', 'user'] as const) {
      const kinds =
        type === 'invite'
          ? ([
              ['messages', messages[by]],
              ['invites', invites[by]],
            ] as const)
          : ([['messages', messages[by]]] as const)
      for (const [what, { allowance, take }] of kinds) {
        const wait = await take(sender[by])
        if (wait === undefined) continue
        const { points, seconds } = allowance
        const problem = `at most ${points} ${what} in ${seconds} s from one ${by}; wait ${wait} s`
        return { ok: false, code: `too-many-${what}`, problem }
      }
    }
    return undefined
  }
}
