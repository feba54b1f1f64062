import { filter, startWith, type Observable } from 'rxjs'
import type { PeerCommand, PeerOptions } from '../ports/index.ts'
import { perfectNegotiation, type NegotiationCommand, type NegotiationEvent } from './perfect-negotiation.ts'
import type { NegotiationPort } from './port.ts'

/** A negotiation port that lists its transceivers. */
export interface RolePort extends NegotiationPort {
  readonly transceivers: () => readonly { readonly mid: string | null }[]
}

/**
 * Perfect negotiation in the way that both ends of a call understand, simple-peer included. Two simple-peers that both
 * make an offer destroy each other. So only the offerer makes offers, the first one at once. The answerer asks for one,
 * and yields if both made one. Carries out the commands that concern negotiation, and ignores the others. For what it
 * emits see {@link perfectNegotiation}.
 */
export function negotiateAs(
  role: PeerOptions['role'],
  command$: Observable<PeerCommand>,
  port: RolePort,
): Observable<NegotiationEvent> {
  const signal$ = command$.pipe(filter(isOfNegotiation))
  if (role === 'offerer') {
    // Offers at once, without waiting for `negotiationneeded`, so that the other side's offer never arrives first.
    const command$ = signal$.pipe(startWith<NegotiationCommand>({ type: 'renegotiate' }))
    return perfectNegotiation({ command$, isPolite: false, makesOffers: true }, port)
  }
  const negotiationNeeded$ = port.negotiationNeeded$.pipe(
    // A track without a section gets none in the next offer either, so asking for it would never end.
    filter(() => port.transceivers().every(({ mid }) => mid !== null)),
  )
  return perfectNegotiation(
    { command$: signal$, isPolite: true, makesOffers: false },
    { ...port, negotiationNeeded$ },
  )
}

function isOfNegotiation(command: PeerCommand): command is NegotiationCommand {
  return (
    command.type === 'description' ||
    command.type === 'candidate' ||
    command.type === 'renegotiate' ||
    command.type === 'restart'
  )
}
