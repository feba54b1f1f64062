import type { VirtualClock } from '../connection/ice/virtual-clock.ts'

/**
 * Decides when to make an offer, or request one, like simple-peer. Merges requests of the same instant. A request
 * during a negotiation waits until that is settled.
 */
export class OfferRequests {
  private isAsked = false
  private isOpen = false
  private isAskedAgain = false
  private readonly clock: VirtualClock
  private readonly make: () => void

  /** `make` begins a negotiation. */
  constructor(clock: VirtualClock, make: () => void) {
    this.clock = clock
    this.make = make
  }

  /** Asks for a negotiation, at the end of this instant. */
  ask(): void {
    if (this.isAsked) return
    this.isAsked = true
    this.clock.later(0, () => {
      this.isAsked = false
      this.begin()
    })
  }

  /** Asks for a negotiation now. */
  begin(): void {
    if (this.isOpen) this.isAskedAgain = true
    else this.make()
    this.isOpen = true
  }

  /** Call this when a negotiation is settled. */
  settle(): void {
    const { isAskedAgain } = this
    this.isOpen = this.isAskedAgain = false
    if (isAskedAgain) this.ask()
  }
}
