import { describe, expect, it } from 'vitest'
import type { Party } from '../../../src/core/index.ts'
import { virtualId } from '../../../src/testing/index.ts'
import {
  arrive,
  bob,
  bobsPhone,
  calling,
  dialled,
  nothingNew,
  online,
  send,
  transmit,
} from './support/call-events.ts'
import { watched } from './support/watched.ts'

const select = { type: 'select', body: {} } as const

/** alice has called these parties, which have acknowledged nothing of two messages. */
function world(...parties: readonly Party[]) {
  const world = watched()
  const { alice } = world
  alice.sees(nothingNew, undefined, online)
  alice.sees(dialled, { ...calling, contacts: parties })
  for (const to of parties)
    for (const seq of [1, 2]) {
      alice.sees(send(select, to))
      alice.does(transmit({ ...select, seq }, to))
    }
  const asks = (lastSeq: number, from = bob) =>
    alice.sees(arrive({ type: 'resume', body: { lastSeq } }, from))
  const answers = (first: number, to = bob) => {
    for (const seq of [1, 2].slice(first - 1)) alice.sees(transmit({ ...select, seq }, to))
    alice.rests()
  }
  return { ...world, asks, answers }
}

describe('limits-resume-replies', () => {
  it('accepts one reply for each channel and second', () => {
    const { alice, at, asks, answers, broken } = world(bob, bobsPhone)
    for (const ms of [0, 1_000, 2_000])
      for (const party of [bob, bobsPhone]) {
        at(ms)
        asks(0, party)
        answers(1, party)
        asks(0, party)
        alice.rests()
      }
    expect(broken()).toBeUndefined()
  })

  it('accepts a reply at any time to a resume that acknowledges a message', () => {
    const { asks, answers, broken } = world(bob)
    asks(0)
    answers(1)
    asks(1)
    answers(2)
    expect(broken()).toBeUndefined()
  })

  it('does not count a timed retransmission as a reply', () => {
    const { at, asks, answers, broken } = world(bob)
    asks(0)
    answers(1)
    at(999)
    answers(1)
    expect(broken()).toBeUndefined()
  })

  it('reports a second reply within a second', () => {
    const { at, asks, answers, broken } = world(bob)
    asks(0)
    answers(1)
    at(999)
    asks(0)
    answers(1)
    expect(broken()).toContain('limits-resume-replies: answers a resume again after 999 ms')
  })

  it('reports a second reply to a resume that acknowledges a message never sent', () => {
    const { asks, answers, broken } = world(bob)
    for (const lastSeq of [0, 3]) {
      asks(lastSeq)
      answers(1)
    }
    expect(broken()).toContain('limits-resume-replies: answers a resume again after 0 ms')
  })

  it('reports more replies than the relay accepts, to ever more devices', () => {
    const devices = Array.from({ length: 19 }, (_, n): Party => ({ user: 'bob', party: virtualId(100 + n) }))
    const { asks, answers, broken } = world(...devices)
    for (const device of devices) {
      expect(broken()).toBeUndefined()
      asks(0, device)
      answers(1, device)
    }
    expect(broken()).toContain('limits-resume-replies: answers a resume 19 times in a second')
  })
})
