import { Observable, Subject, concat, defer, from, isObservable, map } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import { candidateLimit, signalLimit } from '../../core/negotiation/remote-candidates.ts'
import type { PeerCommand, PeerEvent } from '../../core/ports/index.ts'
import type { CheckIceServers } from './check-ice-servers.ts'

/**
 * STUN and TURN servers (W3C WebRTC, 4.2.2), or a stream of them, where their credentials expire. Each peer connection
 * opens with the first that the stream emits to it, and so does not open before; it has later ones from its next ICE
 * restart on.
 */
export type IceServers = readonly RTCIceServer[] | Observable<readonly RTCIceServer[]>

/** The ICE servers of now. */
export type LatestIceServers = () => readonly RTCIceServer[]

/** What a connection is made with. */
export interface Configuration {
  readonly config: Omit<RTCConfiguration, 'iceServers'>
  readonly latest: LatestIceServers
}

/**
 * What `open` emits, opened once the first ICE servers are there; commands are kept until then, as many as an open
 * connection keeps of those that wait: candidates while fewer than 256 do, others while fewer than 264 do, and what
 * comes on top is dropped. Servers that `check` leaves out are no part of it; their errors are emitted. Errors with a
 * CallError `connection-failed` if `source` errors or completes without any list. What it does later changes nothing.
 */
export function withIceServers(
  source: IceServers,
  check: CheckIceServers,
  command$: Observable<PeerCommand>,
  open: (latest: LatestIceServers, command$: Observable<PeerCommand>) => Observable<PeerEvent>,
): Observable<PeerEvent> {
  // Not by `instanceof`: a page may have several copies of RxJS.
  if (!isObservable(source))
    return defer(() => {
      const { servers, errors } = check(source)
      return concat(
        from(errors).pipe(map((error): PeerEvent => ({ type: 'error', error }))),
        open(() => servers, command$),
      )
    })
  return new Observable((subscriber) => {
    let latest: readonly RTCIceServer[] | undefined
    let isOpen = false
    const kept: PeerCommand[] = []
    const later$ = new Subject<PeerCommand>()
    const all$ = new Observable<PeerCommand>((commands) => {
      for (let next = kept.shift(); next !== undefined; next = kept.shift()) commands.next(next)
      isOpen = true
      return later$.subscribe(commands)
    })

    subscriber.add(
      command$.subscribe({
        next: (command) => {
          if (isOpen) later$.next(command)
          else if (kept.length < (command.type === 'candidate' ? candidateLimit : signalLimit))
            kept.push(command)
        },
        error: (thrown: unknown) => later$.error(thrown),
        complete: () => later$.complete(),
      }),
    )
    const fail = (thrown: unknown): void => {
      if (latest === undefined)
        subscriber.error(CallError.from(thrown, 'connection-failed', 'there are no ICE servers'))
    }
    const opened = (servers: readonly RTCIceServer[]): void => {
      subscriber.add(open(() => latest ?? servers, all$).subscribe(subscriber))
    }
    subscriber.add(
      from(source).subscribe({
        next: (given) => {
          const { servers, errors } = check(given)
          const isFirst = latest === undefined
          latest = servers
          for (const error of errors) subscriber.next({ type: 'error', error })
          if (isFirst) opened(servers)
        },
        error: fail,
        complete: () => fail(new TypeError('their source ended without any')),
      }),
    )
  })
}

/**
 * Gives `connection` the ICE servers of now, where they have changed since it last got any: call it before ICE
 * restarts, as what gathers already goes on with what it has (W3C WebRTC, 4.4.1.6). A platform that cannot change them
 * keeps them.
 */
export function iceServersOf(
  connection: RTCPeerConnection,
  latest: LatestIceServers,
  config: Configuration['config'],
): () => void {
  let current = latest()
  return () => {
    const next = latest()
    if (next === current) return
    current = next
    try {
      connection.setConfiguration({ ...config, iceServers: [...next] })
    } catch {
      // The restart may still work with those from before.
    }
  }
}

/** Whether `command` is about to restart ICE, or may do so. */
export const mayRestart = (command: PeerCommand): boolean =>
  command.type === 'restart' || (command.type === 'description' && command.description.type === 'offer')
