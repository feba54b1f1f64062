import { Observable, Subject, concat, defer, from, isObservable, map } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import { candidateLimit, signalLimit } from '../../core/negotiation/remote-candidates.ts'
import type { PeerCommand, PeerEvent } from '../../core/ports/index.ts'
import type { CheckIceServers } from './check-ice-servers.ts'

/**
 * STUN and TURN servers (W3C WebRTC, 4.2.2), or a stream of them, for credentials that expire. A peer connection opens
 * once the stream emits its first list. It uses later lists from its next ICE restart on.
 */
export type IceServers = readonly RTCIceServer[] | Observable<readonly RTCIceServer[]>

/** Returns the current ICE servers. */
export type LatestIceServers = () => readonly RTCIceServer[]

/** The settings of a connection. */
export interface Configuration {
  readonly config: Omit<RTCConfiguration, 'iceServers'>
  readonly latest: LatestIceServers
}

/**
 * Calls `open` with the first ICE servers, and emits its events. Buffers commands until then: candidates while fewer
 * than 256 commands wait, others while fewer than 264 do. Drops any others. Emits an error for each server that `check`
 * drops. Errors with a CallError `connection-failed` if `source` errors or completes before its first list. After that,
 * its end is ignored.
 */
export function withIceServers(
  source: IceServers,
  check: CheckIceServers,
  command$: Observable<PeerCommand>,
  open: (latest: LatestIceServers, command$: Observable<PeerCommand>) => Observable<PeerEvent>,
): Observable<PeerEvent> {
  // Not `instanceof`, because a page may have several copies of RxJS.
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
        complete: () => fail(new TypeError('their source completed without a list')),
      }),
    )
  })
}

/**
 * Returns a function that gives `connection` the current ICE servers if they have changed. Call it before an ICE
 * restart, because gathering in progress keeps its servers (W3C WebRTC, 4.4.1.6). A platform that cannot change them
 * keeps the old ones.
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
      // The restart may still work with the old ones.
    }
  }
}

/** Whether `command` is about to restart ICE, or may do so. */
export const mayRestart = (command: PeerCommand): boolean =>
  command.type === 'restart' || (command.type === 'description' && command.description.type === 'offer')
