import { asyncScheduler, type SchedulerLike } from 'rxjs'

/** The core's source of time and randomness. */
export interface Env {
  /** Runs every timer; `now()` in milliseconds. */
  readonly scheduler: SchedulerLike
  /**
   * A new identifier of 128 random bits, as 32 lower-case hexadecimal digits. It must not be guessable, because it
   * names a call.
   */
  readonly id: () => string
}

/** The real clock, and identifiers from the platform's cryptographic random source. */
export const systemEnv: Env = {
  scheduler: asyncScheduler,
  id: () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    ),
}
