import { describe, expect, it } from 'vitest'
import { keepEarly, takeEarly, type EarlyMessages } from '../../../../src/core/call/setup/early-messages.ts'
import type { IncomingMessage, Party } from '../../../../src/core/index.ts'
import { virtualId } from '../../../../src/testing/marbles.ts'
import { incoming } from '../../support/messages.ts'
import { candidate } from '../../support/outputs.ts'
import { audioAndVideo as media, bob, bobsPhone, callId, carol, higherId } from '../../support/parties.ts'

const invite = (from: Party = bob, id = callId) => incoming('invite', { media }, { from, callId: id })
const offer = incoming('offer', { sdp: 'sdp' })
const candidates = (n: number, from: Party = bob, id = callId) =>
  incoming('candidates', { list: [candidate(n)] }, { from, callId: id })
const kept = (messages: readonly IncomingMessage[], at = 0): EarlyMessages =>
  messages.reduce<EarlyMessages>((early, message) => keepEarly(early, message, at), [])
const many = (count: number, from: Party = bob) =>
  Array.from({ length: count }, (_, n) => candidates(n, from, virtualId(n)))

describe('early messages', () => {
  it('are released once, in order, to the invite of their call and party', () => {
    const foreign = [candidates(2, bobsPhone), candidates(3, carol), candidates(4, bob, higherId)]
    const early = kept([offer, ...foreign, candidates(1)])
    const { taken, rest } = takeEarly(early, invite(), 0)
    expect(taken).toEqual([offer, candidates(1)])
    expect(rest.map(({ message }) => message)).toEqual(foreign)
    expect(takeEarly(rest, invite(), 0)).toEqual({ taken: [], rest })
  })

  it('are limited to the first thirty of one party, whatever their calls', () => {
    const early = kept([...many(31), offer])
    expect(early.map(({ message }) => message)).toEqual(many(30))
    expect(keepEarly(early, candidates(1, bobsPhone), 0)).toHaveLength(31)
    expect(keepEarly(early, candidates(1, { user: 'carol', party: bob.party }), 0)).toHaveLength(31)
  })

  it('are bounded, however many parties send them', () => {
    const crowd = Array.from({ length: 9 }, (_, n) => many(30, { user: 'mob', party: virtualId(n) })).flat()
    expect(kept(crowd)).toHaveLength(240)
  })

  it('are dropped after a minute, which makes room for others', () => {
    const early = kept(many(30))
    expect(takeEarly(kept([offer], 5), invite(), 60_004).taken).toEqual([offer])
    expect(takeEarly(kept([offer], 5), invite(), 60_005).taken).toEqual([])
    expect(keepEarly(early, offer, 59_999)).toEqual(early)
    expect(keepEarly(early, offer, 60_000)).toEqual([{ message: offer, at: 60_000 }])
  })
})
