import { Observable } from 'rxjs'
import type { Env, PeerPort } from '../core/ports/index.ts'
import { VirtualPeer, type VirtualPeerTimes } from './virtual-peer.ts'

const defaultTimes: VirtualPeerTimes = { operationMs: 1, connectMs: 10, latencyMs: 5 }

/** Peer connections in virtual time, with a network of their own between them. */
export interface VirtualPeers {
  readonly port: PeerPort
  /** How many peer connections are open: 0 once every call has ended. */
  readonly open: () => number
  /** Breaks the path of every open connection: they go `disconnected`, then `failed`. */
  readonly fail: () => void
}

/** Makes {@link VirtualPeers} on the clock of `env`. */
export function virtualPeers(env: Env, times: Partial<VirtualPeerTimes> = {}): VirtualPeers {
  const peers = new Map<string, VirtualPeer>()
  let count = 0
  return {
    port: {
      open: (options, command$) =>
        new Observable((subscriber) => {
          const id = `peer-${++count}`
          const peer = new VirtualPeer(id, options, { ...defaultTimes, ...times }, env, peers, subscriber)
          peers.set(id, peer)
          subscriber.add(
            command$.subscribe({
              next: (command) => peer.command(command),
              error: (thrown: unknown) => subscriber.error(thrown),
            }),
          )
          subscriber.add(() => {
            peers.delete(id)
            peer.close()
          })
          peer.start()
        }),
    },
    open: () => peers.size,
    fail: () => peers.forEach((peer) => peer.fail()),
  }
}
