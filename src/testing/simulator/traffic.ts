import type { IncomingMessage, Party } from '../../core/index.ts'
import { LATE_MS, type MessageChange, type MessageName } from './message-change.ts'
import type { RoutedMessage, WorldObserver } from './world-observer.ts'

/** Counts the messages between the clients of a world, and changes those that a scene names. */
export interface Traffic {
  /** A tab of the client with this index opens. */
  join(self: Party, client: number): void
  /** Returns the extra delay of each copy of a message. `delays` are those that the faults of the world cause. */
  route(message: IncomingMessage, to: Party, sentAt: number, delays: readonly number[]): readonly number[]
  /** Notes that a message has arrived. */
  arrive(message: IncomingMessage, to: Party, at: number): void
}

type Arriving = RoutedMessage & { readonly arrivesAt: number[] }

export function createTraffic(
  changes: readonly MessageChange[],
  observer: WorldObserver | undefined,
): Traffic {
  const clients = new Map<string, number>()
  const counts = new Map<string, number>()
  /** By message, and by the party that gets it: an invite goes to each device of its callee. */
  const arriving = new WeakMap<IncomingMessage, Map<string, Arriving>>()

  const watch = (message: IncomingMessage, to: Party, routed: Arriving) => {
    const copies = arriving.get(message) ?? new Map<string, Arriving>()
    arriving.set(message, copies.set(to.party, routed))
    observer?.routed(routed)
  }
  return {
    join(self, client) {
      clients.set(self.party, client)
    },
    route(message, to, sentAt, delays) {
      const from = clients.get(message.from.party)
      const client = clients.get(to.party)
      if (from === undefined || client === undefined) return delays
      const pair = `${from} ${client} ${message.type}`
      const nth = (counts.get(pair) ?? 0) + 1
      counts.set(pair, nth)
      const name: MessageName = { from, to: client, type: message.type, nth }
      watch(message, to, { ...name, sentAt, arrivesAt: [] })
      return changes.filter((change) => nameOf(change) === nameOf(name)).reduce(changed, delays)
    },
    arrive(message, to, at) {
      arriving.get(message)?.get(to.party)?.arrivesAt.push(at)
    },
  }
}

const nameOf = ({ from, to, type, nth }: MessageName): string => `${from} ${to} ${type} ${nth}`

function changed(delays: readonly number[], { does, ms = LATE_MS }: MessageChange): readonly number[] {
  const late = delays.map((delay) => delay + ms)
  switch (does) {
    case 'lose':
      return []
    case 'delay':
      return late
    case 'double':
      return [...delays, ...late]
  }
}
