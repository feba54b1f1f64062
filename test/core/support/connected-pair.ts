import { VirtualTimeScheduler } from 'rxjs'
import {
  createCallClient,
  type CallClient,
  type SettingsOverrides,
  type Env,
  type PeerPort,
} from '../../../src/core/index.ts'
import { fakeMedia, phaseOf, virtualId, virtualPeers, virtualRelay } from '../../../src/testing/index.ts'
import type { VirtualPeerTimes } from '../../../src/testing/index.ts'

export interface PairOptions {
  readonly times?: Partial<VirtualPeerTimes>
  readonly settings?: SettingsOverrides
  /** What stands between the network and each client. */
  readonly peer?: (port: PeerPort, user: string, env: Env) => PeerPort
}

/**
 * Alice, who has called, and bob, who has answered, in virtual time. What each of them goes through from then on is told in
 * words, with the milliseconds since. `run` lets everything happen that is due.
 */
export function connectedPair({ times = {}, settings = {}, peer = (port) => port }: PairOptions = {}) {
  const scheduler = new VirtualTimeScheduler()
  let ids = 0
  const env = { scheduler, id: () => virtualId(++ids) }
  const relay = virtualRelay(env)
  const peers = virtualPeers(env, times)
  const run = (ms: number) => {
    scheduler.maxFrames = scheduler.now() + ms
    scheduler.schedule(() => undefined, ms)
    scheduler.flush()
  }
  const join = (user: string) => {
    const party = env.id()
    const client = createCallClient({
      signaling: relay.port({ user, party }),
      peer: peer(peers.port, user, env),
      media: fakeMedia(user, env),
      env,
      settings,
    })
    return { client, party }
  }
  const [alice, bob] = [join('alice'), join('bob')]
  run(20)
  alice.client.call('bob')
  run(30)
  bob.client.accept()
  run(950)
  return {
    alice: { ...alice, ...watch(alice.client, env) },
    bob: { ...bob, ...watch(bob.client, env) },
    run,
    peers,
    relay,
  }
}

function watch(client: CallClient, { scheduler }: Env) {
  const since = scheduler.now()
  const seen = { phases: [], recoveries: [], errors: [], opened: [] } as Record<
    'phases' | 'recoveries' | 'errors' | 'opened',
    string[]
  >
  const tell = (lane: keyof typeof seen, words: string) => {
    seen[lane].push(`${scheduler.now() - since} ${words}`)
  }
  client.state$.subscribe((call) => tell('phases', phaseOf(call)))
  client.recovery$.subscribe((recovery) => {
    if (recovery === null) return tell('recoveries', 'well')
    const { problem, step, attempt, until } = recovery
    tell('recoveries', `${problem} ${step} ${attempt} until ${until - since}`)
  })
  client.error$.subscribe(({ code }) => tell('errors', code))
  client.event$.subscribe((event) => {
    if (event.type === 'peer-opened') tell('opened', `${event.epoch}`)
  })
  return seen
}
