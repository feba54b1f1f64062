/** How long a client waits before it claims again what others hold, in milliseconds. */
export const CLAIM_AGAIN_MS = 7_000

/**
 * Whether a refused claim, by its code, may succeed when others leave. A client that was welcomed before claims again
 * every {@link CLAIM_AGAIN_MS}. Another client may be quicker after a restart of the relay, and giving up would lose
 * the name to it. A first claim is refused at once.
 */
export const isHeldByOthers = (code: string | undefined): boolean =>
  code === 'name-taken' || code === 'too-many-parties'
