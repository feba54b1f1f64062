import {
  callPipeline,
  isOpen,
  record,
  type CallStages,
  type IncomingMessage,
  type TraceEntry,
} from '../../core/index.ts'
import { virtualPeers } from '../virtual-peers.ts'
import { virtualRelay } from '../virtual-relay.ts'
import { createNetworkConditions } from './network-conditions.ts'
import { createMonitor, type Violation } from './monitor.ts'
import {
  earlyOffer,
  flood,
  forged,
  malformed,
  oldInvite,
  resumes,
  ringsAgain,
  takeover,
} from './injected-messages.ts'
import { quickScheduler } from './quick-scheduler.ts'
import { hashOf, hashOfName, mix } from './random.ts'
import type { Fault, FaultKind, TimelineEntry, Scenario } from './scenario.ts'
import { isHappyPath, isFaultFree, traitsOf } from './scenario-traits.ts'
import { simulatedClient, type SimulatedClient, type SimulatedWorld } from './simulated-client.ts'

/** What came of a scenario. */
export interface Outcome {
  readonly violation: Violation | undefined
  /** Of everything that happened, in order: the same scenario has the same. */
  readonly hash: number
  /** How many calls were begun. */
  readonly calls: number
  /** Which faults met which phases of the first two clients: `loss calling×ringing`. */
  readonly cells: ReadonlySet<string>
  /** What each client saw, where recording was asked for. */
  readonly traces: ReadonlyMap<string, readonly TraceEntry[]>
}

/** Steps of one world past which it is taken for one that never comes to rest. */
const MAX_STEPS = 50_000

/** How long a world whose faults do not end is watched after the last thing that happened, in milliseconds. */
const ENDLESS_MS = 300_000

/** How often a party that wants everything again asks for it, in milliseconds. */
const STORM_EVERY_MS = 100

export interface RunOptions {
  /** Keeps what each client saw. */
  readonly recording?: boolean
  /** What each client runs; the core's {@link callPipeline} by default. A recording is always of that. */
  readonly pipeline?: typeof callPipeline
  /** Stages that take the place of the built-in ones in every client. */
  readonly stages?: Partial<CallStages>
}

/** Runs one world to its end, in virtual time, and watches over the invariants. */
export function runScenario(
  scenario: Scenario,
  { recording = false, pipeline = callPipeline, stages = {} }: RunOptions = {},
): Outcome {
  const scheduler = quickScheduler()
  const monitor = createMonitor({
    happyPath: isHappyPath(scenario),
    faultFree: isFaultFree(scenario),
    settles: scenario.settles,
  })
  const clients: SimulatedClient[] = []
  const everybody: SimulatedClient[] = []
  const delivered: IncomingMessage[][] = scenario.clients.map(() => [])
  const traces = new Map<string, TraceEntry[]>()
  const cells = new Set<string>()
  const unreadable = new WeakSet<object>()
  let hash = hashOf(String(scenario.seed))
  let calls = 0
  let steps = 0
  let injected = 0
  const traits = traitsOf(scenario)

  const network = createNetworkConditions(scenario.seed, (client) => clients[client]?.self.party ?? '')
  const baseEnv = { scheduler, id: () => '' }
  const relay = virtualRelay(baseEnv, {
    checks: false,
    disturb: (message, to) => network.delaysOf(message, to, scheduler.now()),
  })
  const peers = virtualPeers(baseEnv)
  const world: SimulatedWorld = {
    scheduler,
    relay,
    peers: {
      'simple-peer': peers.port,
      native: peers.nativeLike,
      'bare-simple-peer': peers.simplePeerLike,
    },
    stages,
    pipeline: (self) => {
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
      if (state.call.phase !== before.call.phase) for (const fault of traits) reached(fault, cellOf())
      count(client)
    },
    crossed(client, crossing) {
      hash = mix(hash, hashOfName(crossing.type))
      monitor.crossed(client, crossing, scheduler.now())
      count(client)
    },
    isReadable: (message): message is IncomingMessage =>
      typeof message === 'object' && message !== null && !unreadable.has(message),
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

  for (const entry of scenario.timeline) scheduler.schedule(() => happen(entry), entry.at)
  // Where faults never end, messages are sent again for as long as a call lasts.
  if (!scenario.settles) scheduler.maxFrames = (scenario.timeline.at(-1)?.at ?? 0) + ENDLESS_MS
  try {
    scheduler.flush()
  } catch (thrown) {
    const [client] = everybody
    if (client) world.threw(client, thrown)
  }
  monitor.over(clients, scheduler.now())
  return { violation: monitor.violation(), hash, calls, cells, traces }

  function happen(entry: TimelineEntry) {
    if ('action' in entry) {
      clients[entry.client]?.act(entry.action)
      return
    }
    const cell = cellOf()
    if (happens(entry)) reached(entry.fault, cell)
  }

  function deliverUnreadable(party: string, message: unknown): void {
    if (typeof message === 'object' && message !== null) unreadable.add(message)
    relay.deliver(party, message)
  }

  /** Whether the fault found something to strike at. */
  function happens(fault: Fault): boolean {
    if ('client' in fault) return strike(fault, clients[fault.client])
    if (fault.fault === 'relay-restart') relay.restart(fault.ms)
    else if (fault.fault === 'path-cut') peers.fail()
    else {
      peers.cut()
      scheduler.schedule(() => peers.heal(), fault.ms)
    }
    return true
  }

  function strike(fault: Extract<Fault, { client: number }>, client: SimulatedClient | undefined): boolean {
    if (!client?.alive()) return false
    const { self } = client
    const log = delivered[client.index] ?? []
    switch (fault.fault) {
      case 'disconnect':
        relay.cut(self.party, fault.ms)
        return true
      case 'freeze':
        client.freeze()
        scheduler.schedule(() => client.resume(), fault.ms)
        return true
      case 'crash':
      case 'tab-close': {
        if (fault.fault === 'crash') client.crash()
        else client.act({ type: 'close' })
        const incarnation = everybody.length
        scheduler.schedule(() => {
          if (clients[client.index] === client) start(client.index, incarnation)
        }, fault.ms + 1)
        return true
      }
      case 'peer-rejects':
        client.rejectNext(fault.times, fault.isTold)
        return true
      case 'peer-breaks':
        client.breakNext(fault.flickers)
        return true
      case 'device-pulled':
        return client.unplug(fault.kind)
      case 'device-muted':
        client.interrupt(fault.kind, true)
        scheduler.schedule(() => client.interrupt(fault.kind, false), fault.ms)
        return true
      case 'flood':
        for (const message of flood(++injected, self)) relay.deliver(self.party, message)
        return true
      case 'resume-storm':
        for (let ms = 0; ms < fault.ms; ms += STORM_EVERY_MS)
          scheduler.schedule(() => {
            for (const message of resumes(self, client.state())) relay.deliver(self.party, message)
          }, ms)
        network.begin(fault, scheduler.now() + fault.ms)
        return true
      case 'stale':
      case 'replay': {
        const state = client.state()
        const open = isOpen(state) ? state.callId : undefined
        const others = fault.fault === 'stale' ? log.filter(({ callId }) => callId !== open) : log
        const message = others[fault.which % Math.max(others.length, 1)]
        if (!message) return false
        relay.deliver(self.party, message)
        return true
      }
      case 'old-invite':
        injected++
        if (fault.offerFirst) relay.deliver(self.party, earlyOffer(injected, self))
        relay.deliver(self.party, oldInvite(injected, self, fault.ageMs))
        return true
      case 'malformed':
        deliverUnreadable(self.party, malformed(fault.which, log.at(-1)))
        return true
      case 'forged': {
        const message = forged(fault.which, self, client.state())
        if (message === undefined) return false
        relay.deliver(self.party, message)
        return true
      }
      case 'takeover': {
        const message = takeover(++injected, self, client.state())
        if (message === undefined) return false
        relay.deliver(self.party, message)
        return true
      }
      case 'rings-again': {
        const which = ++injected
        for (let place = 0; place < fault.times; place++)
          scheduler.schedule(() => {
            for (const message of ringsAgain(which, place, self)) relay.deliver(self.party, message)
          }, place * fault.everyMs)
        return true
      }
      default:
        network.begin(fault, scheduler.now() + fault.ms)
        return true
    }
  }
}
