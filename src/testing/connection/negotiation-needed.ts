import type { VirtualClock } from './ice/virtual-clock.ts'

export interface NegotiationNeededSources {
  readonly clock: VirtualClock
  /** Whether a change needs a new offer, and an offer can be made now. */
  readonly isNeeded: () => boolean
  readonly tell: () => void
}

/** Reports once that a new offer is needed, as soon as one can be made (W3C WebRTC, 4.7.3). */
export class NegotiationNeeded {
  private readonly sources: NegotiationNeededSources
  private isTold = false
  private isChecking = false

  constructor(sources: NegotiationNeededSources) {
    this.sources = sources
  }

  /** Something has changed that may need an offer. */
  check(): void {
    if (this.isChecking || !this.isToBeTold()) return
    this.isChecking = true
    this.sources.clock.later(0, () => {
      this.isChecking = false
      if (!this.isToBeTold()) return
      this.isTold = true
      this.sources.tell()
    })
  }

  /** Both sides have agreed, so the next need is reported again. */
  reset(): void {
    this.isTold = false
  }

  private isToBeTold(): boolean {
    return !this.isTold && this.sources.isNeeded()
  }
}
