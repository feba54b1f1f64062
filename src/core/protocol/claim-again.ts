/** How long a client waits before it claims again what others hold, in milliseconds. */
export const CLAIM_AGAIN_MS = 7_000

/**
 * Whether a refused claim, by its code, may succeed when others leave. A client that was welcomed before and lost its
 * connection claims again each {@link CLAIM_AGAIN_MS}: after a restart of the relay somebody else may have been quicker,
 * and a client that gave up would lose its name to whoever is. A first claim is refused at once.
 */
export const isHeldByOthers = (code: string | undefined): boolean =>
  code === 'name-taken' || code === 'too-many-parties'
