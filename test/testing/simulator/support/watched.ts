import { initialState } from '../../../../src/core/stages/index.ts'
import type { CallEvent, CallState, ClientState, Feature } from '../../../../src/core/index.ts'
import { virtualId } from '../../../../src/testing/index.ts'
import { createMonitor } from '../../../../src/testing/simulator/monitor.ts'
import type { PortCrossing, RuleWorld } from '../../../../src/testing/simulator/rules/rule.ts'
import { unwatched, type QualityWatch } from '../../../../src/testing/simulator/quality-watch.ts'
import type { SimulatedVerdict } from '../../../../src/testing/simulator/scenario.ts'
import type { SimulatedClient } from '../../../../src/testing/simulator/simulated-client.ts'

/** The resources that a made-up client reports. */
export interface Holds {
  alive: boolean
  liveTracks: number
  openPeers: number
  sentTracks: readonly MediaStreamTrack[] | null
  timers: number
  captures: number
  frozenMs: number
  watching: QualityWatch
}

/** A client that does what the test says, and no more. */
export interface MadeUp {
  readonly client: SimulatedClient
  readonly holds: Holds
  /** It handles an event, after which it has this call (by default, the same as before). It does not rest yet. */
  readonly sees: (happening: CallEvent | PortCrossing, call?: CallState, more?: Partial<ClientState>) => void
  readonly rests: () => void
  /** Both. */
  readonly does: (happening: CallEvent | PortCrossing, call?: CallState, more?: Partial<ClientState>) => void
}

const isOnline = ({ connection }: ClientState) => connection.status === 'online'

/** Clients of made-up behaviour, under the eyes of a monitor. */
export function watched(
  facts: Partial<Omit<RuleWorld, 'partner'>> = {},
  features: Readonly<Record<string, readonly Feature[]>> = {},
  /** What the port `callers` of every client says of a user. */
  verdicts: Readonly<Record<string, SimulatedVerdict>> = {},
) {
  const monitor = createMonitor({
    happyPath: false,
    faultFree: false,
    settles: true,
    relayFeatures: [],
    ...facts,
  })
  const everybody: SimulatedClient[] = []
  let now = 0
  const madeUp = (user: string): MadeUp => {
    const holds: Holds = {
      alive: true,
      liveTracks: 0,
      openPeers: 0,
      sentTracks: null,
      timers: 0,
      captures: 0,
      frozenMs: 0,
      watching: unwatched,
    }
    let model = initialState
    const nothing = () => undefined
    const client: SimulatedClient = {
      index: everybody.length,
      self: { user, party: virtualId(everybody.length + 1) },
      features: features[user] ?? [],
      get watching() {
        return holds.watching
      },
      verdictOn: (name) => verdicts[name] ?? 'yes',
      state: () => model.call,
      model: () => model,
      alive: () => holds.alive,
      liveTracks: () => holds.liveTracks,
      openPeers: () => holds.openPeers,
      sentTracks: () => holds.sentTracks,
      timers: () => holds.timers,
      captures: () => holds.captures,
      slowestCaptureMs: () => 0,
      awakeMs: (at) => at - holds.frozenMs,
      act: nothing,
      freeze: nothing,
      resume: nothing,
      crash: nothing,
      rejectNext: nothing,
      breakNext: nothing,
      unplug: () => false,
      interrupt: nothing,
    }
    everybody.push(client)
    const crosses = (crossing: PortCrossing) => monitor.crossed(client, crossing, now)
    const sees: MadeUp['sees'] = (event, call = model.call, more = {}) => {
      if (event.type === 'transmit' || event.type === 'arrived' || event.type === 'link') {
        crosses(event)
        return
      }
      const before = model
      const after = { ...model, call, ...more }
      // The port says so before the client does.
      if (isOnline(after) !== isOnline(before)) crosses({ type: 'link', online: isOnline(after) })
      model = after
      monitor.seen(client, { event, state: model, number: 0, cause: undefined }, before, now)
    }
    const rests = () => monitor.rested(client, now)
    return {
      client,
      holds,
      sees,
      rests,
      does(...step) {
        sees(...step)
        rests()
      },
    }
  }
  return {
    alice: madeUp('alice'),
    bob: madeUp('bob'),
    at: (ms: number) => {
      now = ms
    },
    over: () => monitor.over(everybody, now),
    violation: () => monitor.violation(),
    /** The name of the broken invariant and what was said of it. */
    broken: () => {
      const violation = monitor.violation()
      return violation && `${violation.client}: ${violation.invariant}: ${violation.message}`
    },
  }
}
