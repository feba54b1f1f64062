import { describe, expect, it } from 'vitest'
import type { CallEvent } from '../../../src/core/index.ts'
import { virtualId } from '../../../src/testing/index.ts'
import {
  bob,
  bobsPhone,
  callId,
  calling,
  connected,
  connecting,
  dialled,
  end,
  ended,
  media,
  nothingNew,
  receive,
  ringing,
  send,
} from './support/call-events.ts'
import { watched } from './support/watched.ts'

const rings = { type: 'ringing', body: {} } as const
const busy = { type: 'busy', body: {} } as const
const gone = { type: 'gone', body: {} } as const

function dialling() {
  const world = watched()
  world.alice.sees(dialled, calling)
  return world
}

describe('one-device-answers', () => {
  it('reports a call that is given to two devices', () => {
    const world = watched()
    world.alice.sees({ type: 'selected', callId, at: 0 })
    expect(world.broken()).toBeUndefined()
    world.bob.sees({ type: 'selected', callId, at: 0 })
    expect(world.broken()).toContain('one-device-answers: the call is given to a second device')
  })

  it.each([busy, gone])('reports a caller that goes on ringing after every device said $type', (no) => {
    const { alice, at, broken } = dialling()
    alice.sees(receive(rings))
    alice.sees(receive(no))
    at(500)
    alice.rests()
    expect(broken()).toBeUndefined()
    at(501)
    alice.rests()
    expect(broken()).toContain('keeps ringing though no device rings')
  })

  it('reports a call that ends as no-answer after every device said busy', () => {
    const { alice, at, broken } = dialling()
    alice.sees(receive(busy))
    at(60_000)
    alice.sees({ type: 'ended', callId, at: 0, reason: 'no-answer', by: 'local' }, ended)
    expect(broken()).toContain('keeps ringing though no device rings')
  })

  it('reports a call that ends as busy while a device rings', () => {
    const { alice, broken } = dialling()
    alice.sees(receive(rings))
    alice.sees(receive(busy, bobsPhone))
    alice.sees(end('busy'), ended)
    expect(broken()).toContain('ended as busy while a device rings')
  })

  it('accepts ringing while another device rings or begins to ring', () => {
    const { alice, at, broken } = dialling()
    alice.sees(receive(rings))
    alice.sees(receive(busy, bobsPhone))
    at(501)
    alice.rests()
    alice.sees(receive(busy))
    at(900)
    alice.sees(receive(rings, bobsPhone))
    at(2_000)
    alice.rests()
    expect(broken()).toBeUndefined()
  })
})

describe('devices-agree', () => {
  const invite = { type: 'invite', body: { media }, ttlMs: 60_000 } as const
  const hangUp = receive(
    { type: 'hang-up', body: { reason: 'hung-up' } },
    { user: 'alice', party: virtualId(1) },
  )
  const answered: CallEvent = { type: 'answered', by: 'remote', callId, remote: bob }
  const over = { ...ringing, phase: 'ended', at: 0, reason: 'answered-elsewhere', by: 'remote' } as const

  function invited(facts: Parameters<typeof watched>[0] = { faultFree: true }) {
    const world = watched(facts)
    world.alice.sees(dialled, calling)
    world.alice.sees(send(invite, { user: 'bob' }))
    return world
  }

  it('reports a device that gets the invite too late or never', () => {
    const never = invited()
    never.bob.sees(nothingNew)
    never.over()
    expect(never.broken()).toContain('bob: devices-agree: never heard of the call')

    const late = invited()
    late.at(16)
    late.bob.sees(receive(invite), ringing)
    late.bob.sees(hangUp)
    late.bob.sees(end(), over)
    late.over()
    expect(late.broken()).toContain('never heard of the call')
  })

  it('reports a device that rings on after another device answered', () => {
    const { alice, bob: other, at, broken } = invited()
    other.sees(receive(invite), ringing)
    alice.sees({ ...answered, remote: bobsPhone }, connected)
    at(16)
    other.sees(end('answered-elsewhere'), over)
    expect(broken()).toContain('keeps ringing after the call was answered or ended')
  })

  it('reports a device that ends as hung-up after another device answered', () => {
    const misled = invited()
    misled.bob.sees(receive(invite), ringing)
    misled.bob.sees(receive(invite))
    misled.alice.sees({ ...answered, remote: bobsPhone }, connected)
    misled.bob.sees(hangUp)
    misled.bob.sees(end(), over)
    expect(misled.broken()).toContain('devices-agree: ended as hung-up though another device answered')

    const ended = invited()
    ended.bob.sees(receive(invite), ringing)
    ended.alice.sees({ ...answered, remote: bobsPhone }, connecting)
    const local = { reason: 'hung-up', by: 'local' } as const
    ended.alice.sees({ ...end(), ...local } as CallEvent, { ...connected, phase: 'ended', at: 0, ...local })
    ended.bob.sees(hangUp)
    ended.bob.sees(end(), over)
    expect(ended.broken()).toBeUndefined()
  })

  it('accepts a device that the caller calls from another device instead', () => {
    const instead = { ...invite, callId: virtualId(0xc2) }
    const { alice, bob: other, broken } = invited()
    other.sees(receive(invite), ringing)
    alice.sees({ ...answered, remote: bobsPhone }, connected)
    other.sees(receive(instead, { user: 'alice', party: bobsPhone.party }))
    other.sees(hangUp)
    other.sees(end(), over)
    expect(broken()).toBeUndefined()
  })

  it('reports a device that stays in a call that another device has', () => {
    const { alice, bob: other, over: isOver, broken } = invited()
    other.sees(receive(invite), { ...ringing, phase: 'connected', since: 0 })
    alice.sees({ ...answered, remote: bobsPhone }, { ...connected, phase: 'connected' })
    isOver()
    expect(broken()).toContain('is in a call that another device answered')
  })

  it('accepts the device that answered, one that stops in time, and any device under faults', () => {
    const taken = invited({ faultFree: true, settles: false })
    taken.bob.sees(receive(invite), ringing)
    taken.alice.sees(answered, connected)
    taken.at(5_000)
    taken.bob.sees(hangUp)
    taken.bob.sees(end(), over)
    taken.over()
    expect(taken.broken()).toBeUndefined()

    const inTime = invited()
    inTime.bob.sees(receive(invite), ringing)
    inTime.alice.sees({ ...answered, remote: bobsPhone }, connected)
    inTime.at(15)
    inTime.bob.sees(end('answered-elsewhere'), over)
    expect(inTime.broken()).toBeUndefined()

    const rough = invited({ faultFree: false })
    rough.bob.sees(nothingNew)
    rough.over()
    expect(rough.broken()).not.toContain('devices-agree')
  })
})
