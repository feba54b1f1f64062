import type { Party } from '../protocol/index.ts'

/** What to do with an incoming call. */
export interface CallerVerdict {
  /**
   * - `yes`: it rings, as far as the client's own rules allow. The default.
   * - `busy`: the caller gets the answer `busy`, as during another call.
   * - `ignore`: nothing is shown here. The caller hears it ring until it gives up, as with a phone that nobody answers.
   */
  readonly ring?: 'yes' | 'busy' | 'ignore' | undefined
}

/**
 * Says who may call: to block a user, or not to be disturbed. Asked once for each invite that might ring, before anything
 * else is decided about it. Not asked about a user whom this client calls at the moment, or with whom it is in a call.
 *
 * The answer is recorded, so a replay does not ask. If it throws, the call rings, and `error$` has the reason.
 *
 * @param caller Who calls. The relay has authenticated the user.
 * @param invite What the caller sends.
 *
 * @example
 * createCallClient({ ..., callers: ({ user }) => ({ ring: blocked.has(user) ? 'ignore' : 'yes' }) })
 */
export type CallersPort = (
  caller: Party,
  invite: { readonly audio: boolean; readonly video: boolean },
) => CallerVerdict

/**
 * The port of a client that is given none: everybody may call.
 *
 * @example
 * createCallClient({ signaling, peer, media, callers: isQuiet ? () => ({ ring: 'busy' }) : everybody })
 */
export const everybody: CallersPort = () => ({})
