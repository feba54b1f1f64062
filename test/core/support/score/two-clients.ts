import { delay, distinctUntilChanged, filter, map, merge, mergeMap, throwError, type Observable } from 'rxjs'
import {
  CallError,
  createCallClient,
  type CallClient,
  type Env,
  type PeerPort,
  type SettingsOverrides,
} from '../../../../src/core/index.ts'
import { ofType } from '../../../../src/core/rx/operators.ts'
import type { VirtualPeerTimes } from '../../../../src/testing/connection/ice/virtual-clock.ts'
import { fakeMedia } from '../../../../src/testing/fake-media.ts'
import { phaseOf } from '../../../../src/testing/phase-of.ts'
import { virtualPeers } from '../../../../src/testing/virtual-peers.ts'
import { virtualRelay } from '../../../../src/testing/virtual-relay.ts'
import type { Performance, Players } from './score.ts'

export type User = 'alice' | 'bob'

/**
 * How long before the lanes the clients are created, in milliseconds. By then alice has called, and bob has answered.
 */
const CONNECTED_MS = 1_000

type Heard = 'phase' | 'recovery' | 'health' | 'opened' | 'error'

/**
 * The lanes of alice and bob, who are in a call with each other when the lanes begin. Output lanes are `alice phase`
 * and so on.
 */
export interface TwoClientsLanes extends Readonly<Partial<Record<`${User} ${Heard}`, string>>> {
  /** Events of the media path: `cut`, `heal`, `fail`. */
  readonly path?: string
  /** Who loses the relay, and for how long: `{ user: 'alice', ms: 100 }`; everybody without a `user`. */
  readonly relay?: string
  /** The user whose peer connection cannot apply a description. */
  readonly broken?: string

  /** The number of peer connections that are open at the end. */
  readonly openPeers?: number
  readonly times?: Partial<VirtualPeerTimes>
  readonly settings?: SettingsOverrides
  /** The layer between the network and each client. */
  readonly peer?: (port: PeerPort, user: User, env: Env) => PeerPort
  readonly leave?: never
}

interface Outage {
  readonly user?: User
  readonly ms: number
}

/** Performs a call of two whole clients over a virtual relay and network. The lanes begin when it is connected. */
export function performTwoClients(lanes: TwoClientsLanes, { env, hot }: Players): Performance {
  const { times = {}, settings = {}, peer = (port: PeerPort) => port } = lanes
  const relay = virtualRelay(env)
  const peers = virtualPeers(env, times)
  // Runs after everything else that is due in the same millisecond.
  const later = <T>(name: string, marbles: string | undefined) =>
    hot<T>(name, marbles && `${CONNECTED_MS}ms ${marbles}`).pipe(delay(0, env.scheduler))
  const broken$ = later<User>('broken', lanes.broken)
  const join = (user: User) => {
    const party = env.id()
    const client = createCallClient({
      signaling: relay.port({ user, party }),
      peer: breaking(peer(peers.port, user, env), broken$.pipe(filter((who) => who === user))),
      media: fakeMedia(user, env),
      env,
      settings,
    })
    return { client, party }
  }
  const clients = { alice: join('alice'), bob: join('bob') }
  env.scheduler.schedule(() => clients.alice.client.call('bob'), 20)
  env.scheduler.schedule(() => clients.bob.client.accept(), 50)
  later<'cut' | 'heal' | 'fail'>('path', lanes.path).subscribe((change) => peers[change]())
  later<Outage>('relay', lanes.relay).subscribe(({ user, ms }) =>
    user === undefined ? relay.restart(ms) : relay.cut(clients[user].party, ms),
  )
  return {
    beginMs: CONNECTED_MS,
    out: { ...lanesOf('alice', clients.alice.client), ...lanesOf('bob', clients.bob.client) },
    after: { openPeers: () => peers.open() },
  }
}

function breaking(port: PeerPort, broken$: Observable<unknown>): PeerPort {
  const error = new CallError('negotiation-failed', 'bad description')
  const rejected$ = broken$.pipe(mergeMap(() => throwError(() => error)))
  return { open: (options, command$) => merge(port.open(options, command$), rejected$) }
}

function lanesOf(user: User, { state$, recovery$, event$, error$ }: CallClient) {
  return {
    [`${user} phase`]: state$.pipe(map(phaseOf)),
    [`${user} recovery`]: recovery$.pipe(
      map((recovery) => {
        if (recovery === null) return 'well'
        const { problem, step, attempt, until } = recovery
        return `${problem} ${step} ${attempt} until ${until - CONNECTED_MS}`
      }),
    ),
    [`${user} health`]: recovery$.pipe(
      map((recovery) => (recovery === null ? 'well' : 'recovering')),
      distinctUntilChanged(),
    ),
    [`${user} opened`]: event$.pipe(
      ofType('peer-opened'),
      map(({ epoch }) => `${epoch}`),
    ),
    [`${user} error`]: error$.pipe(map(({ code }) => code)),
  }
}
