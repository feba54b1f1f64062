import { describe, expect, it } from 'vitest'
import type { IncomingMessage, Party } from '../../../src/core/index.ts'
import { virtualId } from '../../../src/testing/index.ts'
import { createDisturbance } from '../../../src/testing/simulator/disturbance.ts'

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
const make = (seed = 1) => createDisturbance(seed, virtualId)

/** What becomes of `count` messages from alice (client 0) to bob (client 1), one each millisecond. */
const fates = (disturbance: ReturnType<typeof make>, count = 200) =>
  Array.from({ length: count }, (_, now) => disturbance.copies(message(alice, bob), bob, now))
const rated = (fault: 'loss' | 'duplication' | 'reordering' | 'delay', rate: number, until = Infinity) => {
  const disturbance = make()
  disturbance.begin({ fault, client: 1, ms: 0, rate }, until)
  return disturbance
}

describe('disturbance', () => {
  it('leaves everything as it is until something goes wrong', () => {
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
    const disturbance = make()
    disturbance.begin(fault, Infinity)
    const ack: IncomingMessage = { ...message(alice, bob), type: 'ack', body: { seq: 1 } }
    expect(disturbance.copies(ack, bob, 0)).toEqual([])
    expect(disturbance.copies({ ...ack, from: bob, to: alice }, alice, 0)).toEqual([0])
    expect(disturbance.copies(message(alice, bob), bob, 0)).toEqual([0])
  })

  it('brings messages twice, the second time later', () => {
    for (const [first, second, ...more] of fates(rated('duplication', 1))) {
      expect([first, more]).toEqual([0, []])
      expect(second).toBeGreaterThan(0)
    }
  })

  it('has messages overtake each other', () => {
    const arrivals = fates(rated('reordering', 1)).map(([ms = 0], sent) => sent + ms)
    expect(arrivals).not.toEqual([...arrivals].sort((a, b) => a - b))
    expect(new Set(arrivals).size).toBeGreaterThan(50)
  })

  it('delays messages by seconds', () => {
    const delays = fates(rated('delay', 1)).map(([ms = 0]) => ms)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1_000)
    expect(Math.max(...delays)).toBeGreaterThan(10_000)
  })

  it('keeps back what comes over a connection that hangs, until it no longer does', () => {
    const disturbance = make()
    disturbance.begin({ fault: 'stall', client: 1, ms: 100 }, 100)
    expect(fates(disturbance, 103)).toEqual([
      ...Array.from({ length: 100 }, (_, now) => [100 - now]),
      [0],
      [0],
      [0],
    ])
  })

  it('cuts one way, and not the other', () => {
    const disturbance = make()
    disturbance.begin({ fault: 'one-way-partition', client: 0, ms: 1 }, Infinity)
    expect(disturbance.copies(message(alice, bob), bob, 0)).toEqual([])
    expect(disturbance.copies(message(bob, alice), alice, 0)).toEqual([0])
  })

  it('strikes the messages to one client alone', () => {
    expect(rated('loss', 1).copies(message(bob, alice), alice, 0)).toEqual([0])
  })

  it('ends when it is over', () => {
    expect(fates(rated('loss', 1, 2), 4)).toEqual([[], [], [0], [0]])
  })

  it('decides each fault for itself: another one beside it changes nothing', () => {
    const both = rated('loss', 0.3)
    both.begin({ fault: 'duplication', client: 1, ms: 0, rate: 1 }, Infinity)
    const lost = (all: (readonly number[])[]) => all.map((copies) => copies.length === 0)
    expect(lost(fates(both))).toEqual(lost(fates(rated('loss', 0.3))))
  })

  it('decides by the seed', () => {
    const other = make(2)
    other.begin({ fault: 'loss', client: 1, ms: 0, rate: 0.3 }, Infinity)
    expect(fates(rated('loss', 0.3))).toEqual(fates(rated('loss', 0.3)))
    expect(fates(other)).not.toEqual(fates(rated('loss', 0.3)))
  })
})
