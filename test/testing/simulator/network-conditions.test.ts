import { describe, expect, it } from 'vitest'
import type { IncomingMessage, Party } from '../../../src/core/index.ts'
import { virtualId } from '../../../src/testing/index.ts'
import { createNetworkConditions } from '../../../src/testing/simulator/network-conditions.ts'

const alice: Party = { user: 'alice', party: virtualId(0) }
const bob: Party = { user: 'bob', party: virtualId(1) }
const message = (from: Party, to: Party): IncomingMessage => ({
  v: 1,
  type: 'ringing',
  callId: virtualId(9),
  to,
  from,
  ageMs: 0,
  body: {},
})
const make = (seed = 1) => createNetworkConditions(seed, virtualId)

/** The deliveries of `count` messages from alice (client 0) to bob (client 1), one each millisecond. */
const fates = (network: ReturnType<typeof make>, count = 200) =>
  Array.from({ length: count }, (_, now) => network.delaysOf(message(alice, bob), bob, now))
const rated = (fault: 'loss' | 'duplication' | 'reordering' | 'delay', rate: number, until = Infinity) => {
  const network = make()
  network.begin({ fault, client: 1, ms: 0, rate }, until)
  return network
}

describe('network conditions', () => {
  it('delivers every message once while no fault is active', () => {
    expect(fates(make(), 3)).toEqual([[0], [0], [0]])
  })

  it('loses all messages, or some', () => {
    expect(fates(rated('loss', 1)).every((copies) => copies.length === 0)).toBe(true)
    const lost = fates(rated('loss', 0.3)).filter((copies) => copies.length === 0).length
    expect(lost).toBeGreaterThan(30)
    expect(lost).toBeLessThan(90)
  })

  it.each([
    { fault: 'lost-ack', client: 1, ms: 0, rate: 1 },
    { fault: 'resume-storm', client: 1, ms: 0 },
  ] as const)('loses acknowledgements, and nothing else: $fault', (fault) => {
    const network = make()
    network.begin(fault, Infinity)
    const ack: IncomingMessage = { ...message(alice, bob), type: 'ack', body: { seq: 1 } }
    expect(network.delaysOf(ack, bob, 0)).toEqual([])
    expect(network.delaysOf({ ...ack, from: bob, to: alice }, alice, 0)).toEqual([0])
    expect(network.delaysOf(message(alice, bob), bob, 0)).toEqual([0])
  })

  it('duplicates messages, the copy later than the original', () => {
    for (const [first, second, ...more] of fates(rated('duplication', 1))) {
      expect([first, more]).toEqual([0, []])
      expect(second).toBeGreaterThan(0)
    }
  })

  it('reorders messages', () => {
    const arrivals = fates(rated('reordering', 1)).map(([ms = 0], sent) => sent + ms)
    expect(arrivals).not.toEqual([...arrivals].sort((a, b) => a - b))
    expect(new Set(arrivals).size).toBeGreaterThan(50)
  })

  it('delays messages by seconds', () => {
    const delays = fates(rated('delay', 1)).map(([ms = 0]) => ms)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1_000)
    expect(Math.max(...delays)).toBeGreaterThan(10_000)
  })

  it('holds messages back while a connection stalls', () => {
    const network = make()
    network.begin({ fault: 'stall', client: 1, ms: 100 }, 100)
    expect(fates(network, 103)).toEqual([
      ...Array.from({ length: 100 }, (_, now) => [100 - now]),
      [0],
      [0],
      [0],
    ])
  })

  it('drops messages in one direction only', () => {
    const network = make()
    network.begin({ fault: 'one-way-partition', client: 0, ms: 1 }, Infinity)
    expect(network.delaysOf(message(alice, bob), bob, 0)).toEqual([])
    expect(network.delaysOf(message(bob, alice), alice, 0)).toEqual([0])
  })

  it('affects only the messages to one client', () => {
    expect(rated('loss', 1).delaysOf(message(bob, alice), alice, 0)).toEqual([0])
  })

  it('stops when the fault ends', () => {
    expect(fates(rated('loss', 1, 2), 4)).toEqual([[], [], [0], [0]])
  })

  it('decides each fault independently of the others', () => {
    const both = rated('loss', 0.3)
    both.begin({ fault: 'duplication', client: 1, ms: 0, rate: 1 }, Infinity)
    const lost = (all: (readonly number[])[]) => all.map((copies) => copies.length === 0)
    expect(lost(fates(both))).toEqual(lost(fates(rated('loss', 0.3))))
  })

  it('gives another result with another seed', () => {
    const other = make(2)
    other.begin({ fault: 'loss', client: 1, ms: 0, rate: 0.3 }, Infinity)
    expect(fates(rated('loss', 0.3))).toEqual(fates(rated('loss', 0.3)))
    expect(fates(other)).not.toEqual(fates(rated('loss', 0.3)))
  })
})
