import { fromEvent, map, merge, Observable, scan, startWith, takeWhile } from 'rxjs'
import type { WebRtc } from '../adapters/native-peer.ts'

/** What gathering candidates has shown so far. It holds no address. */
export interface Gathered {
  /** The types of the candidates (RFC 8839, 5.1). */
  readonly types: readonly string[]
  /** The codes of `icecandidateerror`: those of STUN (RFC 8489), or 701 if the server did not answer. */
  readonly errors: readonly number[]
  readonly isComplete: boolean
}

/**
 * Gathers the candidates that these servers give, over a connection that is never connected. Emits after each change,
 * and completes once all are gathered. Unsubscribing closes the connection.
 */
export function gather(config: RTCConfiguration, wrtc: WebRtc): Observable<Gathered> {
  return new Observable((subscriber) => {
    const connection = new wrtc.RTCPeerConnection(config)
    subscriber.add(() => connection.close())
    const candidate$ = fromEvent<RTCPeerConnectionIceEvent>(connection, 'icecandidate').pipe(
      map(({ candidate }) => ({ type: typeIn(candidate?.candidate ?? '') })),
    )
    const error$ = fromEvent<{ readonly errorCode?: number }>(connection, 'icecandidateerror').pipe(
      map(({ errorCode = 0 }) => ({ errorCode })),
    )
    const state$ = fromEvent(connection, 'icegatheringstatechange').pipe(
      map(() => ({ isComplete: connection.iceGatheringState === 'complete' })),
    )
    subscriber.add(
      merge(candidate$, error$, state$)
        .pipe(
          scan(afterEvent, nothingGathered),
          startWith(nothingGathered),
          takeWhile(({ isComplete }) => !isComplete, true),
        )
        .subscribe(subscriber),
    )
    connection.createDataChannel('check')
    connection
      .createOffer()
      .then((offer) => connection.setLocalDescription(offer))
      .catch((thrown: unknown) => subscriber.error(thrown))
  })
}

const nothingGathered: Gathered = { types: [], errors: [], isComplete: false }

interface GatherEvent {
  readonly type?: string
  readonly errorCode?: number
  readonly isComplete?: boolean
}

const afterEvent = (before: Gathered, { type, errorCode, isComplete }: GatherEvent): Gathered => ({
  types: type ? [...before.types, type] : before.types,
  errors: errorCode === undefined ? before.errors : [...before.errors, errorCode],
  isComplete: isComplete ?? before.isComplete,
})

const typeIn = (candidate: string): string => / typ (\w+)/.exec(candidate)?.[1] ?? ''
