import type { IncomingMessage, Party } from '../../core/index.ts'
import { chanceOf } from './random.ts'
import type { Fault } from './scenario.ts'

type Lasting = Extract<Fault, { ms: number; client: number }>

/** The network faults that are active, and what they do to each message. */
export interface NetworkConditions {
  begin(fault: Lasting, until: number): void
  /** Returns one extra delay in milliseconds for each copy of the message that arrives; none if it is lost. */
  delaysOf(message: IncomingMessage, to: Party, now: number): readonly number[]
}

/**
 * Decides what happens to each message from the seed and the message alone: its sender, addressee, type and count. So
 * leaving one fault out of a scenario does not change the effect of the others.
 */
export function createNetworkConditions(
  seed: number,
  partyOf: (client: number) => string,
): NetworkConditions {
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
    delaysOf(message, { party: to }, now) {
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
