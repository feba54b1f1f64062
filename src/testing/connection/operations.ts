import type { VirtualClock } from './ice/virtual-clock.ts'
import { RtcError } from './rtc-error.ts'
import type { Done } from './virtual-connection.ts'

/** The chain of operations of one connection: they run one after the other (W3C WebRTC, 4.4.1.2). */
export class Operations {
  private freeAt = 0
  private waiting = 0
  private readonly clock: VirtualClock
  private readonly idle: () => void

  /** Calls `idle` whenever the chain becomes empty. */
  constructor(clock: VirtualClock, idle: () => void) {
    this.clock = clock
    this.idle = idle
  }

  get isEmpty(): boolean {
    return this.waiting === 0
  }

  run(operation: () => void): void {
    const { clock } = this
    const now = clock.now()
    this.freeAt = Math.max(this.freeAt, now) + clock.times.operationMs
    this.waiting++
    clock.later(this.freeAt - now, () => {
      this.waiting--
      operation()
      if (this.waiting === 0) this.idle()
    })
  }
}

/** Carries out an operation, and passes its result to `done`, or the {@link RtcError} that it throws. */
export function settle<T>(done: Done<T>, operation: () => T): void {
  let result: T
  try {
    result = operation()
  } catch (thrown) {
    if (!(thrown instanceof RtcError)) throw thrown
    return done(thrown)
  }
  done(null, result)
}
