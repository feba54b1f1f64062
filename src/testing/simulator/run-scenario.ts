import { callPipeline, type Stages, type IncomingMessage } from '../../core/index.ts'
import type { Overrides } from '../../core/overrides.ts'
import { record, type TraceEntry } from '../../core/trace/index.ts'
import { virtualPeers } from '../virtual-peers.ts'
import { virtualRelay } from '../virtual-relay.ts'
import { createNetworkConditions } from './network-conditions.ts'
import { faultInjector } from './fault-injector.ts'
import { createMonitor, type Violation } from './monitor.ts'
import { quickScheduler } from './quick-scheduler.ts'
import type { MessageChange } from './message-change.ts'
import { hashOf, hashOfName, mix } from './random.ts'
import { createTraffic } from './traffic.ts'
import type { TabObserver, WorldObserver } from './world-observer.ts'
import type { FaultKind, TimelineEntry, Scenario } from './scenario.ts'
import { calmAtOf, isHappyPath, isFaultFree, traitsOf } from './scenario-traits.ts'
import { simulatedClient, type SimulatedClient, type SimulatedWorld } from './simulated-client.ts'

/** The outcome of a scenario. */
export interface Outcome {
  readonly violation: Violation | undefined
  /** The hash of everything that happened, in order. The same scenario always has the same hash. */
  readonly hash: number
  /** How many calls began. */
  readonly calls: number
  /** Which faults met which phases of the first two clients: `loss calling×ringing`. */
  readonly cells: ReadonlySet<string>
  /** When the last thing happened, in milliseconds of the world. */
  readonly endedAt: number
  /** What each client saw, if recording was requested. */
  readonly traces: ReadonlyMap<string, readonly TraceEntry[]>
}

/** After this many steps, a world counts as one that never comes to rest. */
const MAX_STEPS = 50_000

/** How long a world with endless faults runs after the last entry of its script, in milliseconds. */
const ENDLESS_MS = 300_000

export interface RunOptions {
  /** Records what each client sees. */
  readonly recording?: boolean | undefined
  /** The pipeline of each client; the core's {@link callPipeline} by default. Recordings always use the core's. */
  readonly pipeline?: typeof callPipeline | undefined
  /** Stages that replace the built-in ones in every client. */
  readonly stages?: Overrides<Stages> | undefined
  /** What happens to single messages, in addition to the faults of the scenario. */
  readonly messages?: readonly MessageChange[] | undefined
  /** Watches the world. It also chooses the pipeline of each client. */
  readonly observer?: WorldObserver | undefined
}

/**
 * Runs one world to its end, in virtual time, and checks the invariants.
 *
 * @example
 * const [failure] = simulate({ calls: 1_000, seed: 7 }).failures
 * if (failure) console.log(runScenario(failure.scenario, { recording: true }).traces)
 */
export function runScenario(
  scenario: Scenario,
  { recording = false, pipeline = callPipeline, stages = {}, messages = [], observer }: RunOptions = {},
): Outcome {
  const scheduler = quickScheduler()
  const { relayFeatures = [] } = scenario
  const monitor = createMonitor({
    happyPath: messages.length === 0 && isHappyPath(scenario),
    faultFree: messages.length === 0 && isFaultFree(scenario),
    settles: scenario.settles,
    relayFeatures,
  })
  const clients: SimulatedClient[] = []
  const everybody: SimulatedClient[] = []
  const delivered: IncomingMessage[][] = scenario.clients.map(() => [])
  const traces = new Map<string, TraceEntry[]>()
  const tabs = new Map<string, TabObserver>()
  const cells = new Set<string>()
  const unreadable = new WeakSet<object>()
  let hash = hashOf(String(scenario.seed))
  let calls = 0
  let steps = 0
  const traits = traitsOf(scenario)

  const network = createNetworkConditions(scenario.seed, (client) => clients[client]?.self.party ?? '')
  const traffic = messages.length > 0 || observer ? createTraffic(messages, observer) : undefined
  const baseEnv = { scheduler, id: () => '' }
  const relay = virtualRelay(baseEnv, {
    checks: false,
    features: relayFeatures,
    disturb: (message, to, sentAt) => {
      const delays = network.delaysOf(message, to, scheduler.now())
      return traffic ? traffic.route(message, to, sentAt, delays) : delays
    },
  })
  const peers = virtualPeers(baseEnv)
  const world: SimulatedWorld = {
    scheduler,
    relay,
    peers: (index) => {
      const { port, nativeLike, simplePeerLike } = peers.of(String(index))
      return { 'simple-peer': port, native: nativeLike, 'bare-simple-peer': simplePeerLike }
    },
    calmAt: calmAtOf(scenario),
    stages,
    pipeline: (self, index) => {
      traffic?.join(self, index)
      const tab = observer?.opened({ client: index, self, at: scheduler.now() })
      if (tab) tabs.set(self.party, tab)
      if (tab) return tab.pipeline
      if (!recording) return pipeline
      const trace: TraceEntry[] = []
      traces.set(`${self.user} ${self.party.slice(-4)}`, trace)
      return record((entry) => trace.push(entry))
    },
    seen(client, step, before) {
      const now = scheduler.now()
      const { event, state } = step
      hash = mix(mix(hash, now), client.index)
      hash = mix(mix(hash, hashOfName(event.type)), hashOfName(state.call.phase))
      if (event.type === 'outgoing') calls++
      if (event.type === 'received') delivered[client.index]?.push(event.message)
      monitor.seen(client, step, before, now)
      if (state !== before) tabs.get(client.self.party)?.changed(state, now)
      if (state.call.phase !== before.call.phase) for (const fault of traits) reached(fault, cellOf())
      count(client)
    },
    crossed(client, crossing) {
      hash = mix(hash, hashOfName(crossing.type))
      if (crossing.type === 'arrived') traffic?.arrive(crossing.message, client.self, scheduler.now())
      monitor.crossed(client, crossing, scheduler.now())
      count(client)
    },
    isReadable: (message): message is IncomingMessage =>
      typeof message === 'object' && message !== null && !unreadable.has(message),
    gone: (client) => tabs.get(client.self.party)?.closed(scheduler.now()),
    rested: (client) => monitor.rested(client, scheduler.now()),
    threw: (client, thrown) => monitor.fail('never-throws', client, scheduler.now(), String(thrown)),
  }
  const count = (client: SimulatedClient) => {
    if (++steps < MAX_STEPS) return
    if (steps === MAX_STEPS) monitor.fail('settles', client, scheduler.now(), 'never comes to rest')
    everybody.forEach((each) => each.crash())
  }
  const start = (index: number, incarnation: number) => {
    const user = scenario.clients[index]
    if (!user) return
    const client = simulatedClient(index, user, incarnation, world)
    clients[index] = client
    everybody.push(client)
  }
  scenario.clients.forEach((_, index) => start(index, 0))
  const phaseOf = (client: SimulatedClient | undefined) => (client?.alive() ? client.state().phase : 'gone')
  const reached = (fault: FaultKind, cell: string) => {
    if (!cell.includes('gone')) cells.add(`${fault} ${cell}`)
  }
  const cellOf = () => {
    const [first, second] = clients
    return `${phaseOf(first)}×${phaseOf(second)}`
  }

  const inject = faultInjector({
    scheduler,
    relay,
    peers,
    network,
    clientAt: (index) => clients[index],
    receivedBy: (client) => delivered[client.index] ?? [],
    deliverUnreadable(party, message) {
      if (typeof message === 'object' && message !== null) unreadable.add(message)
      relay.deliver(party, message)
    },
    restart(client, ms) {
      const incarnation = everybody.length
      scheduler.schedule(() => {
        if (clients[client.index] === client) start(client.index, incarnation)
      }, ms)
    },
  })

  for (const entry of scenario.timeline) scheduler.schedule(() => happen(entry), entry.at)
  // If faults never end, messages are retransmitted for as long as a call lasts.
  if (!scenario.settles)
    scheduler.maxFrames = Math.max(0, ...scenario.timeline.map(({ at }) => at)) + ENDLESS_MS
  try {
    scheduler.flush()
  } catch (thrown) {
    const [client] = everybody
    if (client) world.threw(client, thrown)
  }
  monitor.over(clients, scheduler.now())
  return { violation: monitor.violation(), hash, calls, cells, traces, endedAt: scheduler.now() }

  function happen(entry: TimelineEntry) {
    if ('action' in entry) {
      clients[entry.client]?.act(entry.action)
      return
    }
    const cell = cellOf()
    if (inject(entry)) reached(entry.fault, cell)
  }
}
