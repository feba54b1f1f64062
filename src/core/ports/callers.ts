import type { Party } from '../protocol/index.ts'

/** What to do with an incoming call. */
export interface CallerVerdict {
  /**
   * - `yes`: it rings, if the client's own rules allow it. The default.
   * - `busy`: the caller gets the answer `busy`, as during another call.
   * - `ignore`: nothing is shown here. The caller hears ringing until it gives up, as if nobody picked up.
   */
  readonly ring?: 'yes' | 'busy' | 'ignore' | undefined
}

/**
 * Decides who may call, for example to block a user or for do-not-disturb. The client asks once for each invite that
 * might ring, before it decides anything else about it. It does not ask about a user whom it is calling, or with whom
 * it is in a call.
 *
 * A recording keeps the verdict, so a replay does not ask. If the port throws, the call rings, and `error$` has the
 * reason.
 *
 * @param caller The calling party. The relay has authenticated its user.
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
 * The default port: everybody may call.
 *
 * @example
 * createCallClient({ signaling, peer, media, callers: isQuiet ? () => ({ ring: 'busy' }) : everybody })
 */
export const everybody: CallersPort = () => ({})
