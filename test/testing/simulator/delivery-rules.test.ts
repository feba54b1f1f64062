import { describe, expect, it } from 'vitest'
import type { CallEvent } from '../../../src/core/index.ts'
import type { PortCrossing } from '../../../src/testing/simulator/rules/rule.ts'
import { watched } from './support/watched.ts'
import {
  arrive,
  bob,
  calling,
  connecting,
  dialled,
  callId,
  ended,
  isOffline,
  isOnline,
  media,
  nothingNew,
  offline,
  online,
  receive,
  ringing,
  send,
  transmit,
} from './support/call-events.ts'

const asks = { type: 'renegotiate', body: {} } as const
const offer = { type: 'offer', body: { sdp: 'x' } } as const
const candidates = { type: 'candidates', body: { list: [] } } as const
const answer = { type: 'answer', body: { sdp: 'y' } } as const
const ack = (seq: number) => ({ type: 'ack', body: { seq } }) as const
const hungUp: CallEvent = { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'local' }
const resume = (lastSeq: number) => ({ type: 'resume', body: { lastSeq } }) as const

/** Alice is connecting with bob. */
function world() {
  const world = watched()
  world.alice.sees(isOnline, undefined, online)
  world.alice.does(nothingNew, connecting)
  return world
}

describe('delivers-exactly-once', () => {
  it('accepts messages that are numbered, acknowledged and sent again correctly', () => {
    const { alice, at, broken } = world()
    alice.sees(send(asks))
    alice.sees(send(candidates))
    alice.sees(transmit({ ...asks, seq: 1 }))
    alice.does(transmit({ ...candidates, seq: 2 }))
    alice.does(arrive(ack(1)))
    at(5_000)
    alice.sees(transmit({ ...candidates, seq: 2 }))
    alice.does(arrive(ack(2)))
    alice.sees(arrive({ ...answer, seq: 1 }))
    alice.sees(transmit(ack(1)))
    alice.does(receive({ ...answer, seq: 1 }))
    expect(broken()).toBeUndefined()
  })

  const sent: (CallEvent | PortCrossing)[] = [send(asks), transmit({ ...asks, seq: 1 })]
  const back: [CallEvent, object][] = [
    [isOffline, offline],
    [isOnline, online],
  ]

  it.each<[string, (CallEvent | PortCrossing | [CallEvent, object])[]]>([
    ['renegotiate is said and not sent', [send(asks)]],
    ['renegotiate is sent as number 2 after 0', [send(asks), transmit({ ...asks, seq: 2 })]],
    ['is sent as number 1 after 0', [transmit({ ...asks, seq: 1 })]],
    ['is sent as number 1, which is another', [...sent, send(answer), transmit({ ...answer, seq: 1 })]],
    ['renegotiate 1 is sent again, though 1 are', [...sent, arrive(ack(1)), transmit({ ...asks, seq: 1 })]],
    [
      'renegotiate 1 is sent again, though 1 are',
      [...sent, arrive(resume(1)), transmit({ ...asks, seq: 1 })],
    ],
    ['renegotiate is sent while the relay cannot', [[isOffline, offline], ...sent]],
    ['0,1 did not go out again at once', [...sent, ...back]],
    ['1 did not go out again at once', [...sent, ...back, transmit(resume(0))]],
    ['1 did not go out again at once', [...sent, arrive(resume(0))]],
    ['a message of bob has no answer', [arrive({ ...answer, seq: 1 })]],
    [
      'a message of bob has no ack',
      [
        arrive({ type: 'hang-up', body: { reason: 'hung-up' }, seq: 1 }),
        transmit({ type: 'gone', body: {} }),
      ],
    ],
    ['ack 2 where 1 arrived in order', [arrive({ ...answer, seq: 1 }), transmit(ack(2))]],
    ['resume 1 where 0 arrived in order', [transmit(resume(1))]],
    ['1 messages arrived and are not taken in', [arrive({ ...answer, seq: 1 }), transmit(ack(1))]],
    ['candidates 2 is taken in after 0', [receive({ ...candidates, seq: 2 })]],
    ['answer 1 is taken in after 1', [receive({ ...answer, seq: 1 }), receive({ ...answer, seq: 1 })]],
  ])('reports "%s"', (problem, events) => {
    const { alice, broken } = world()
    for (const event of events) {
      if (Array.isArray(event)) alice.sees(event[0], undefined, event[1])
      else alice.sees(event)
    }
    alice.rests()
    expect(broken()).toContain(`delivers-exactly-once: `)
    expect(broken()).toContain(problem)
  })

  it('reports a message that is not sent again in time', () => {
    const { alice, at, broken } = world()
    for (const event of sent) alice.sees(event)
    at(5_000)
    alice.rests()
    expect(broken()).toBeUndefined()
    at(5_001)
    alice.rests()
    expect(broken()).toContain('message 1 is not sent again')
  })

  it('reports a message that is not sent again after its call while its channel lingers', () => {
    const { alice, at, broken } = world()
    for (const event of sent) alice.sees(event)
    at(1_000)
    alice.does(hungUp, ended)
    at(5_000)
    alice.rests()
    expect(broken()).toBeUndefined()
    at(5_001)
    alice.rests()
    expect(broken()).toContain('message 1 is not sent again after its call')
  })

  it('accepts that nothing is sent again once the channel has lingered', () => {
    const { alice, at, broken } = world()
    for (const event of sent) alice.sees(event)
    at(1_000)
    alice.does(hungUp, ended)
    for (const ms of [3_000, 6_000]) {
      at(ms)
      alice.does(transmit({ ...asks, seq: 1 }))
    }
    at(12_000)
    alice.does(isOffline, undefined, offline)
    at(13_000)
    alice.does(isOnline, undefined, online)
    at(20_000)
    alice.rests()
    expect(broken()).toBeUndefined()
  })

  it('reports a message that is not sent again once the relay is back, because its channel lingers again', () => {
    const { alice, at, broken } = world()
    for (const event of sent) alice.sees(event)
    at(1_000)
    alice.does(hungUp, ended)
    at(2_000)
    alice.does(isOffline, undefined, offline)
    at(30_000)
    alice.does(isOnline, undefined, online)
    at(35_000)
    alice.rests()
    expect(broken()).toBeUndefined()
    at(35_001)
    alice.rests()
    expect(broken()).toContain('message 1 is not sent again after its call')
  })

  it('reports more unacknowledged messages than the window allows', () => {
    const { alice, broken } = world()
    for (let seq = 1; seq <= 65; seq++) alice.sees(send(candidates))
    for (let seq = 1; seq <= 64; seq++) alice.sees(transmit({ ...candidates, seq }))
    alice.rests()
    expect(broken()).toBeUndefined()
    alice.sees(transmit({ ...candidates, seq: 65 }))
    expect(broken()).toContain('candidates 65 is sent while 0 are acknowledged')
  })

  it('accepts numbers from 1 after "gone", and reports an older message that is sent again', () => {
    const { alice, broken } = world()
    for (const event of [...sent, arrive({ type: 'gone', body: {} }), ...sent]) alice.sees(event)
    expect(broken()).toBeUndefined()
    for (const event of [arrive({ type: 'gone', body: {} }), transmit({ ...asks, seq: 1 })]) alice.sees(event)
    expect(broken()).toContain('renegotiate is sent as number 1 after 0')
  })

  it('reports a message that is lost within a minute before its invite', () => {
    const early = receive({ ...offer, seq: 1 }, { user: 'alice', party: bob.party })
    const kept = watched()
    const rang: CallEvent = {
      type: 'incoming',
      callId: 'callId' in ringing ? ringing.callId : '',
      remote: { user: 'alice', party: bob.party },
      media,
      ringMs: 20_000,
    }
    kept.bob.does(early)
    kept.bob.sees(rang, ringing)
    kept.bob.does(early)
    expect(kept.broken()).toBeUndefined()

    const lost = watched()
    lost.bob.does(early)
    lost.at(59_999)
    lost.bob.does(rang, ringing)
    expect(lost.broken()).toContain('offer came before its invite, and is lost')

    const forgotten = watched()
    forgotten.bob.does(early)
    forgotten.at(60_000)
    forgotten.bob.does(rang, ringing)
    expect(forgotten.broken()).toBeUndefined()
  })
})

describe('retransmits-invites', () => {
  const invite = (ttlMs: number) => send({ type: 'invite', body: { media }, ttlMs }, { user: 'bob' })

  function invited() {
    const world = watched()
    world.alice.sees(dialled, calling)
    world.alice.does(invite(60_000))
    return world
  }

  it('accepts an invite that is sent again in time with the remaining time', () => {
    const { alice, at, broken } = invited()
    at(5_000)
    alice.does(invite(55_000))
    alice.does(receive({ type: 'ringing', body: {} }))
    at(30_000)
    alice.rests()
    expect(broken()).toBeUndefined()
  })

  it('reports an invite that is not sent again in time', () => {
    const { alice, at, broken } = invited()
    at(5_001)
    alice.rests()
    expect(broken()).toContain('does not invite again')
  })

  it('reports an invite that is sent again after a reply', () => {
    const { alice, broken } = invited()
    alice.sees(receive({ type: 'ringing', body: {} }))
    alice.sees(invite(60_000))
    expect(broken()).toContain('invites a user who has replied')
  })

  it('reports an invite that rings longer than the call', () => {
    const { alice, at, broken } = invited()
    at(1_000)
    alice.sees(invite(59_001))
    expect(broken()).toContain('invites for 59001 ms of 59000')
  })

  it('reports an invite that is sent with no time left', () => {
    const { alice, at, broken } = invited()
    at(70_000)
    alice.holds.frozenMs = 69_000
    alice.sees(invite(-10_000))
    expect(broken()).toContain('invites for -10000 ms of 59000')
  })
})
