import { isOpen, type IncomingMessage } from '../../core/index.ts'
import type { virtualPeers } from '../virtual-peers.ts'
import type { virtualRelay } from '../virtual-relay.ts'
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
import { pathFaults } from './path-faults.ts'
import type { createNetworkConditions } from './network-conditions.ts'
import type { quickScheduler } from './quick-scheduler.ts'
import type { Fault } from './scenario.ts'
import type { SimulatedClient } from './simulated-client.ts'

/** How often a party in a resume storm asks for everything again, in milliseconds. */
const STORM_EVERY_MS = 100

/** The targets of faults. */
export interface FaultTargets {
  readonly scheduler: ReturnType<typeof quickScheduler>
  readonly relay: ReturnType<typeof virtualRelay>
  readonly peers: ReturnType<typeof virtualPeers>
  readonly network: ReturnType<typeof createNetworkConditions>
  /** The current client with this index in the scenario. */
  readonly clientAt: (index: number) => SimulatedClient | undefined
  /** The messages that this client has received, the latest last. */
  readonly receivedBy: (client: SimulatedClient) => readonly IncomingMessage[]
  /** Delivers what is not a message of the protocol. */
  readonly deliverUnreadable: (party: string, message: unknown) => void
  /** Replaces this client with a new one after `ms`, unless that has happened by then. */
  readonly restart: (client: SimulatedClient, ms: number) => void
}

/** Injects faults. Returns whether a fault had a target. */
export function faultInjector({
  scheduler,
  relay,
  peers,
  network,
  clientAt,
  receivedBy,
  deliverUnreadable,
  restart,
}: FaultTargets): (fault: Fault) => boolean {
  let injected = 0
  const makePoor = pathFaults(peers, scheduler)

  return (fault) => {
    if ('client' in fault) return strike(fault, clientAt(fault.client))
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
    const log = receivedBy(client)
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
        restart(client, fault.ms + 1)
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
      case 'path-poor':
      case 'picture-frozen':
        makePoor(fault)
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
