import { Observable, type Subscriber } from 'rxjs'
import type { Overrides } from '../core/overrides.ts'
import type { Env, PeerCommand, PeerEvent, PeerOptions, PeerPort } from '../core/ports/index.ts'
import type { PathConditions } from './connection/media/path-conditions.ts'
import { NativeLike } from './peers/native-like.ts'
import { VirtualNetwork } from './connection/ice/network.ts'
import { SimplePeerLike } from './peers/simple-peer-like.ts'
import type { VirtualPeerTimes } from './connection/ice/virtual-clock.ts'
import { VirtualPeer } from './peers/virtual-peer.ts'

/** Peer ports of one network. */
export interface VirtualPeerPorts {
  /** Peers as the simple-peer adapter makes them. */
  readonly port: PeerPort
  /** A port of the same network, with peers as the native adapter makes them. */
  readonly nativeLike: PeerPort
  /**
   * A port of the same network whose peers misbehave like raw simple-peer. It shows how a client copes, and why the
   * adapter exists. For the list see {@link SimplePeerLike}. It has no figures, and cannot limit video.
   */
  readonly simplePeerLike: PeerPort
}

/** Peer connections in virtual time, with their own network between them. */
export interface VirtualPeers extends VirtualPeerPorts {
  /**
   * Ports whose connections belong to `user`, so that `shape` can name the paths to them. The connections of the other
   * ports belong to nobody.
   *
   * @example
   * const bob = createCallClient({ signaling, peer: peers.of('bob').port, media, env })
   */
  readonly of: (user: string) => VirtualPeerPorts
  /**
   * Sets how the paths to `user` treat media from now on, or all paths if it is omitted. These conditions replace
   * earlier ones, and what is omitted is as on a clear path: `{}` lifts everything. They change the figures that a
   * connection reports, and nothing else. Signals and texts arrive as before.
   *
   * @example
   * peers.shape({ loss: 0.1, delayMs: 200 }, 'bob') // what bob receives
   * peers.shape({ bitrate: 150_000 }) // both directions
   * peers.shape({})
   */
  readonly shape: (conditions: Overrides<PathConditions>, user?: string) => void
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

export interface VirtualPeersOptions {
  /** Whether peers refuse to limit video, with the error `not-supported`. Default: false. */
  readonly refusesLimits?: boolean | undefined
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
export function virtualPeers(
  env: Env,
  times: Overrides<VirtualPeerTimes> = {},
  { refusesLimits = false }: VirtualPeersOptions = {},
): VirtualPeers {
  const network = new VirtualNetwork(env, times, refusesLimits)
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
  const of = (user?: string): VirtualPeerPorts => ({
    port: portOf((options, events) => new VirtualPeer(options, network, events, user)),
    nativeLike: portOf((options, events) => new NativeLike(options, network, events, user)),
    simplePeerLike: portOf((options, events) => new SimplePeerLike(options, network, events, user)),
  })
  return {
    ...of(),
    of,
    shape: (conditions, user) => network.shape(conditions, user),
    open: () => network.agents.size,
    fail: () => network.fail(),
    cut: () => network.cut(),
    heal: () => network.heal(),
  }
}
