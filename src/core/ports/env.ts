import { asyncScheduler, type SchedulerLike } from 'rxjs'

/** Where the core takes time and chance from. */
export interface Env {
  /** Runs every timer; `now()` in milliseconds. */
  readonly scheduler: SchedulerLike
  /** A new identifier of 128 random bits, as 32 lower-case hexadecimal digits. Not to be guessed: it names a call. */
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
