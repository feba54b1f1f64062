import { Subscription } from 'rxjs'
import type { Description } from '../../core/ports/index.ts'
import type { CandidateInit } from '../../core/protocol/index.ts'
import type { PeerRole, Told } from './agent-messages.ts'
import type { PeerHandle } from './peer-handle.ts'

/** A signal from one peer to the other. */
export type Signal =
  | { readonly type: 'description'; readonly description: Description }
  | { readonly type: 'candidate'; readonly candidate: CandidateInit | null }
  | { readonly type: 'renegotiate' }

/** Decides how a signal is delivered. Call `deliver` never, once or often, now or later. */
export type Way = (signal: Signal, from: PeerRole, deliver: (signal: Signal) => void) => void

export const straight: Way = (signal, _from, deliver) => deliver(signal)

/** Delivers the signals of each peer to the other one, in this way. Unsubscribing stops it. */
export function wire(offerer: PeerHandle, answerer: PeerHandle, way: Way = straight): Subscription {
  const wires = new Subscription()
  for (const [from, to] of [
    [offerer, answerer],
    [answerer, offerer],
  ] as const) {
    const deliver = (signal: Signal): void => {
      // The case fails elsewhere if an agent is gone.
      to.command(signal).catch(() => undefined)
    }
    wires.add(
      from.told$.subscribe({
        next: (told) => {
          if (isSignal(told)) way(told, from.role, deliver)
        },
        error: () => undefined,
      }),
    )
  }
  return wires
}

export function isSignal(told: Told): told is Signal {
  return told.type === 'description' || told.type === 'candidate' || told.type === 'renegotiate'
}

export function isOffer(signal: Signal): boolean {
  return signal.type === 'description' && signal.description.type === 'offer'
}

export function isAnswer(signal: Signal): boolean {
  return signal.type === 'description' && signal.description.type === 'answer'
}

/** The ICE username fragments of a description: another one is another generation (RFC 8445, 9). */
export function ufrags({ sdp }: Description): readonly string[] {
  return [...new Set(Array.from(sdp.matchAll(/^a=ice-ufrag:(\S+)/gm), ([, ufrag = '']) => ufrag))]
}
