import type { IncomingMessage, Party } from '../../core/index.ts'
import { chanceOf } from './random.ts'
import type { Fault } from './scenario.ts'

type Lasting = Extract<Fault, { ms: number; client: number }>

/** The faults of the network that hold at the moment, and what they do to a message. */
export interface Disturbance {
  begin(fault: Lasting, until: number): void
  /** One extra delay in milliseconds for each copy of the message that arrives. */
  copies(message: IncomingMessage, to: Party, now: number): readonly number[]
}

/**
 * Decides the fate of each message by the seed and by what the message is (whose, to whom, which of its type), and by
 * nothing else: leaving one fault out of a scenario changes nothing for the others.
 */
export function createDisturbance(seed: number, partyOf: (client: number) => string): Disturbance {
  const faults: { fault: Lasting; until: number }[] = []
  const counts = new Map<string, number>()

  const applies = (
    { fault, until }: (typeof faults)[number],
    from: string,
    to: string,
    now: number,
    key: string,
  ) => {
    if (now >= until) return false
    if (fault.fault === 'one-way-partition') return partyOf(fault.client) === from
    if (fault.fault === 'stall' || fault.fault === 'resume-storm') return partyOf(fault.client) === to
    return 'rate' in fault && partyOf(fault.client) === to && chanceOf(seed, fault.fault, key) < fault.rate
  }

  return {
    begin(fault, until) {
      faults.push({ fault, until })
    },
    copies(message, { party: to }, now) {
      if (faults.length === 0) return [0]
      const name = `${message.from.party} ${to} ${message.type}`
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      const key = `${name} ${count}`
      let copies: number[] = [0]
      for (const each of faults) {
        if (!applies(each, message.from.party, to, now, key)) continue
        switch (each.fault.fault) {
          case 'lost-ack':
          case 'resume-storm':
            if (message.type === 'ack') return []
            break
          case 'loss':
          case 'one-way-partition':
            return []
          case 'duplication':
            copies = [
              ...copies,
              ...copies.map((ms) => ms + 1 + Math.floor(chanceOf(seed, 'copy', key) * 500)),
            ]
            break
          case 'reordering':
            copies = copies.map((ms) => ms + Math.floor(chanceOf(seed, 'late', key) * 60))
            break
          case 'stall':
            copies = copies.map((ms) => Math.max(ms, each.until - now))
            break
          case 'delay':
            copies = copies.map((ms) => ms + 1_000 + Math.floor(chanceOf(seed, 'delay', key) * 20_000))
            break
        }
      }
      return copies
    },
  }
}
