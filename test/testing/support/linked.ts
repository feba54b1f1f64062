import { EMPTY, Observable, Subject, merge, mergeMap, timer } from 'rxjs'
import type { Env, PeerCommand, PeerEvent, PeerPort } from '../../../src/core/index.ts'

import { VirtualConnection, VirtualNetwork, fakeStream } from '../../../src/testing/index.ts'
import type { ConnectionEvent, Done, VirtualPeerTimes } from '../../../src/testing/index.ts'

/** What an event is in one word: a letter for a marble would need a legend. */
export function wordOf(event: ConnectionEvent | PeerEvent): string {
  if (event.type === 'description') return event.description.type
  if (event.type === 'candidate') return event.candidate ? 'candidate' : 'end'
  if (event.type === 'track-added' || event.type === 'track-removed')
    return `${event.type} ${event.track.kind}`
  if (event.type === 'data') return `data ${String(event.data)}`
  if (event.type === 'received') return `received ${event.bytes}`
  if (!('state' in event)) return event.type
  return `${event.type.replace('-state', '')} ${event.state}`
}

export const succeed: Done<unknown> = (error) => {
  if (error) throw error
}

/** Two virtual connections, the candidates of each given to the other, and what they tell as Observables. */
export function connectionPair(env: Env, times: Partial<VirtualPeerTimes> = {}) {
  const network = new VirtualNetwork(env, times)
  const a$ = new Subject<ConnectionEvent>()
  const b$ = new Subject<ConnectionEvent>()
  const a: VirtualConnection = new VirtualConnection(network, (event) => {
    if (event.type === 'candidate') b.addIceCandidate(event.candidate, () => undefined)
    a$.next(event)
  })
  const b: VirtualConnection = new VirtualConnection(network, (event) => {
    if (event.type === 'candidate') a.addIceCandidate(event.candidate, () => undefined)
    b$.next(event)
  })
  /** A whole negotiation, from `one`'s offer. */
  const negotiate = (one: VirtualConnection, other: VirtualConnection): void => {
    one.setLocalDescription(undefined, (_error, offer) => {
      if (!offer) return
      other.setRemoteDescription(offer, () =>
        other.setLocalDescription(undefined, (_refused, answer) => {
          if (answer) one.setRemoteDescription(answer, succeed)
        }),
      )
    })
  }
  return { network, a, b, a$, b$, negotiate }
}

/** Does each thing at its millisecond, and tells nothing. */
export function at(env: Env, doings: Readonly<Record<number, () => void>>): Observable<never> {
  const each = Object.entries(doings).map(([ms, act]) =>
    timer(Number(ms), env.scheduler).pipe(
      mergeMap(() => {
        act()
        return EMPTY
      }),
    ),
  )
  return merge(...each)
}

const isSignal = (event: PeerEvent) =>
  event.type === 'description' || event.type === 'candidate' || event.type === 'renegotiate'

/** The events of the offerer and of the answerer of a port, or of one each, wired to each other. */
export function peerPair(
  ports: PeerPort | Readonly<Record<'offerer' | 'answerer', PeerPort>>,
  change: (from: 'offerer' | 'answerer', event: PeerEvent) => readonly PeerEvent[] = (_from, event) => [
    event,
  ],
  streams = {
    offerer: fakeStream('offerer-stream', ['audio', 'video']),
    answerer: fakeStream('answerer-stream', ['audio', 'video']),
  } as Readonly<Record<'offerer' | 'answerer', MediaStream | null>>,
) {
  const command$ = { offerer: new Subject<PeerCommand>(), answerer: new Subject<PeerCommand>() }
  const open = (role: 'offerer' | 'answerer') =>
    new Observable<string>((subscriber) => {
      const other = role === 'offerer' ? command$.answerer : command$.offerer
      const port = 'open' in ports ? ports : ports[role]
      return port.open({ role, stream: streams[role] }, command$[role]).subscribe({
        next: (event) => {
          subscriber.next(wordOf(event))
          for (const changed of change(role, event)) if (isSignal(changed)) other.next(changed)
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    })
  return { command$, offerer$: open('offerer'), answerer$: open('answerer') }
}
