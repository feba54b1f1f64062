import { concatMap, scan, shareReplay, startWith, type Observable } from 'rxjs'
import type { CallEvent, PeerId } from '../../events.ts'
import type { PeerCommand } from '../../ports/index.ts'
import type { MediaStatus } from '../../protocol/index.ts'
import { ofType } from '../../rx/operators.ts'
import { peerIdOf, samePeer } from '../peer-id.ts'
import { encodeMediaStatus } from '../sent-media.ts'

/** The latest peer connection: whether it accepts commands and texts. */
export interface LatestPeer {
  readonly peer: PeerId
  readonly isOpen: boolean
  readonly hasChannel: boolean
}

const noPeer: LatestPeer = { peer: { epoch: 0 }, isOpen: false, hasChannel: false }

type PeerChange = Extract<CallEvent, { readonly type: 'peer-opened' | 'peer' | 'peer-closed' }>

/** Emits the latest peer connection at once and at each change; replays it. */
export function latestPeer(event$: Observable<CallEvent>): Observable<LatestPeer> {
  return event$.pipe(
    ofType('peer-opened', 'peer', 'peer-closed'),
    scan(followPeer, noPeer),
    startWith(noPeer),
    shareReplay({ bufferSize: 1, refCount: true }),
  )
}

function followPeer(latest: LatestPeer, event: PeerChange): LatestPeer {
  if (event.type === 'peer-opened') return { peer: peerIdOf(event), isOpen: true, hasChannel: false }
  if (!samePeer(event, latest.peer)) return latest
  if (event.type === 'peer-closed') return noPeer
  return event.event.type === 'data-open' ? { ...latest, hasChannel: true } : latest
}

/** Emits each time that a measurement shows more bytes than the one before. */
export function arrivals(event$: Observable<CallEvent>): Observable<'arrived'> {
  interface Count {
    readonly peer: PeerId
    readonly bytes: number
    readonly hasGrown: boolean
  }
  return event$.pipe(
    ofType('peer'),
    concatMap(({ event, ...peer }) => (event.type === 'received' ? [{ peer, bytes: event.bytes }] : [])),
    scan((before: Count | undefined, { peer, bytes }): Count => {
      // A new peer connection counts from 0.
      const known = before && samePeer(before.peer, peer) ? before.bytes : 0
      return { peer, bytes, hasGrown: before !== undefined && bytes > known }
    }, undefined),
    concatMap((count) => (count?.hasGrown ? ['arrived' as const] : [])),
  )
}

/** Commands that measure what arrives, and that make the other side acknowledge something. */
export function probe(
  callId: string,
  { peer, isOpen, hasChannel }: LatestPeer,
  media: MediaStatus | null,
): CallEvent[] {
  const commands: PeerCommand[] = [
    ...(isOpen ? [{ type: 'measure' } as const] : []),
    ...(hasChannel && media ? [{ type: 'send', data: encodeMediaStatus(media) } as const] : []),
  ]
  return commands.map((command): CallEvent => ({ type: 'command', callId, ...peer, command }))
}
