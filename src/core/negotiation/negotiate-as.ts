import { filter, startWith, type Observable } from 'rxjs'
import type { PeerCommand, PeerOptions } from '../ports/index.ts'
import { perfectNegotiation, type NegotiationCommand, type NegotiationEvent } from './perfect-negotiation.ts'
import type { NegotiationPort } from './port.ts'

/** A negotiation port that tells which transceivers it has. */
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
    // Without waiting to be told that it is needed, so that an offer of the other side never comes first.
    const command$ = signal$.pipe(startWith<NegotiationCommand>({ type: 'renegotiate' }))
    return perfectNegotiation({ command$, isPolite: false, makesOffers: true }, port)
  }
  const negotiationNeeded$ = port.negotiationNeeded$.pipe(
    // A track that the offer had no section for gets none in the next one either: asking for it would never end.
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
