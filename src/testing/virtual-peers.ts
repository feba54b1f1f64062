import { Observable, type Subscriber } from 'rxjs'
import type { Overrides } from '../core/overrides.ts'
import type { Env, PeerCommand, PeerEvent, PeerOptions, PeerPort } from '../core/ports/index.ts'
import { NativeLike } from './peers/native-like.ts'
import { VirtualNetwork } from './connection/ice/network.ts'
import { SimplePeerLike } from './peers/simple-peer-like.ts'
import type { VirtualPeerTimes } from './connection/ice/virtual-clock.ts'
import { VirtualPeer } from './peers/virtual-peer.ts'

/** Peer connections in virtual time, with their own network between them. */
export interface VirtualPeers {
  /** Peers as the simple-peer adapter makes them. */
  readonly port: PeerPort
  /** A port of the same network, with peers as the native adapter makes them. */
  readonly nativeLike: PeerPort
  /**
   * A port of the same network whose peers misbehave like raw simple-peer. It shows how a client copes, and why the
   * adapter exists. For the list see {@link SimplePeerLike}.
   */
  readonly simplePeerLike: PeerPort
  /** How many peer connections are open: 0 once every call has ended. */
  readonly open: () => number
  /**
   * Breaks the open connections: they go `disconnected` at once, and `failed` after `connectMs`. Only an ICE restart
   * restores them.
   */
  readonly fail: () => void
  /** Breaks every path: connections go `disconnected` after `disconnectMs`, `failed` after `failMs`. */
  readonly cut: () => void
  /**
   * Restores every path. Connections that have not failed yet reconnect after `connectMs`, and others need an ICE
   * restart.
   */
  readonly heal: () => void
}

interface End {
  command(command: PeerCommand): void
  close(): void
}

/**
 * Makes {@link VirtualPeers} on the clock of `env`.
 *
 * @example
 * const peers = virtualPeers(env)
 * createCallClient({ signaling, peer: peers.port, media, env })
 * peers.cut()
 */
export function virtualPeers(env: Env, times: Overrides<VirtualPeerTimes> = {}): VirtualPeers {
  const network = new VirtualNetwork(env, times)
  const portOf = (open: (options: PeerOptions, events: Subscriber<PeerEvent>) => End): PeerPort => ({
    open: (options, command$) =>
      new Observable((subscriber) => {
        const end = open(options, subscriber)
        subscriber.add(() => end.close())
        subscriber.add(
          command$.subscribe({ next: (command) => end.command(command), error: () => undefined }),
        )
      }),
  })
  return {
    port: portOf((options, events) => new VirtualPeer(options, network, events)),
    nativeLike: portOf((options, events) => new NativeLike(options, network, events)),
    simplePeerLike: portOf((options, events) => new SimplePeerLike(options, network, events)),
    open: () => network.agents.size,
    fail: () => network.fail(),
    cut: () => network.cut(),
    heal: () => network.heal(),
  }
}
