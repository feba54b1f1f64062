import { describe, expect, it } from 'vitest'
import type { CallEvent, CallState, Party } from '../../../src/core/index.ts'
import { virtualId } from '../../../src/testing/index.ts'
import type { SimulatedVerdict } from '../../../src/testing/simulator/scenario.ts'
import { bob, bobsPhone, callId, connected, ended, media, nothingNew } from './support/call-events.ts'
import { opened, peer, receive, ringing as ringingForAlice, send } from './support/call-events.ts'
import { watched } from './support/watched.ts'

const mallory: Party = { user: 'mallory', party: virtualId(0xbad) }
const again = virtualId(0xc2)
const ringing = (remote: Party, id = callId): CallState => ({ ...ringingForAlice, remote, callId: id })
const rang = (remote: Party, id = callId, ringMs = 20_000): CallEvent => ({
  type: 'incoming',
  callId: id,
  remote,
  media,
  ringMs,
})
const over = (reason: 'declined' | 'no-answer' | 'cancelled', by: 'local' | 'remote', id = callId) =>
  ({ type: 'ended', callId: id, at: 0, reason, by }) as const satisfies CallEvent
const idle: CallState = { phase: 'idle' }

describe('limits-stranger-calls', () => {
  /** A client at which mallory rang and was declined, or rang for so long in vain, at 0. */
  function world(end: CallEvent = over('declined', 'local'), rungMs = 0) {
    const world = watched()
    world.alice.sees(rang(mallory), ringing(mallory))
    world.at(rungMs)
    world.alice.sees(end, idle)
    world.alice.rests()
    return world
  }

  it.each([
    ['before the pause after a decline is over', over('declined', 'local'), 0, 4_999, true],
    ['after it', over('declined', 'local'), 0, 5_000, false],
    ['as soon as a call that rang in vain is over', over('cancelled', 'remote'), 3_000, 5_999, true],
    ['as long after it as it rang', over('cancelled', 'remote'), 3_000, 6_000, false],
  ] as const)('judges a caller who rings again %s', (_, end, rungMs, at, isBroken) => {
    const { alice, at: passes, broken } = world(end, rungMs)
    passes(at)
    alice.sees(rang(mallory, again), ringing(mallory, again))
    if (isBroken) expect(broken()).toContain('limits-stranger-calls: mallory rings again too soon')
    else expect(broken()).toBeUndefined()
  })

  it('reports a caller whose pause between calls does not grow', () => {
    const { alice, at, broken } = world()
    at(5_000)
    alice.sees(rang(mallory, again), ringing(mallory, again))
    alice.sees(over('declined', 'local', again), idle)
    alice.rests()
    at(24_999)
    alice.sees(rang(mallory, virtualId(0xc3)), ringing(mallory, virtualId(0xc3)))
    expect(broken()).toContain('mallory rings again too soon')
  })

  it('reports a fourth stranger who rings within a minute', () => {
    const { alice, at, broken } = watched()
    for (const [place, user] of ['a', 'b', 'c', 'd'].entries()) {
      expect(broken()).toBeUndefined()
      at(place)
      const id = virtualId(0xd0 + place)
      alice.sees(rang({ user, party: virtualId(place) }, id), ringing(mallory, id))
      alice.does(over('cancelled', 'remote', id), idle)
    }
    expect(broken()).toContain('d rings again too soon')
  })

  it('reports a stranger who rings too long, but not a user who was called before', () => {
    const stranger = watched()
    stranger.alice.sees(rang(mallory, callId, 20_001), ringing(mallory))
    expect(stranger.broken()).toContain('the stranger mallory rings for 20001 ms')

    const friend = watched()
    friend.alice.sees({ type: 'outgoing', callId: again, remote: { user: 'mallory' }, media }, idle)
    friend.alice.sees(rang(mallory, callId, 60_000), ringing(mallory))
    expect(friend.broken()).toBeUndefined()
  })

  it('reports a caller who is told busy while a stranger rings', () => {
    const { alice, broken } = watched()
    alice.sees(rang(mallory), ringing(mallory))
    alice.sees(send({ type: 'busy', body: {} }, bob))
    expect(broken()).toContain('bob is answered busy while a stranger rings')
  })
})

describe('second-invites-wait', () => {
  const invite = { type: 'invite', body: { media } } as const
  const second = (): CallEvent => {
    const event = receive(invite, bobsPhone)
    if (event.type !== 'received') throw new Error('expected a message')
    return { type: 'received', message: { ...event.message, callId: again } }
  }
  const dismissed: CallEvent = { type: 'dismissed', invite: { callId: again, user: 'bob' } }
  const busy = (): CallEvent => {
    const event = send({ type: 'busy', body: {} }, bobsPhone)
    if (event.type !== 'send') throw new Error('expected a message')
    return { type: 'send', message: { ...event.message, callId: again } }
  }
  const measure: CallEvent = { type: 'command', callId, epoch: 0, command: { type: 'measure' } }
  const bytes = (count: number) => peer(0, { type: 'received', bytes: count })
  const replaced: CallEvent = { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'remote' }

  /** A client in a call with bob, whose phone calls at 0. */
  function called() {
    const world = watched()
    world.alice.sees(nothingNew, connected)
    world.alice.sees(opened(0))
    world.alice.sees(peer(0, { type: 'connection-state', state: 'connected' }))
    world.alice.sees(second())
    world.alice.rests()
    return world
  }
  const looks = ({ alice, at }: ReturnType<typeof called>, counts: readonly number[]) => {
    for (const [place, count] of counts.entries()) {
      at(place * 500)
      alice.sees(measure)
      alice.does(bytes(count))
    }
  }

  it('accepts a call that is replaced after two seconds of silence', () => {
    const world = called()
    looks(world, [5, 5, 5, 5])
    world.at(2_000)
    world.alice.does(replaced, ended)
    expect(world.broken()).toBeUndefined()
  })

  it('reports a call that is replaced while bytes arrive', () => {
    const world = called()
    looks(world, [5, 6, 7, 8])
    world.at(2_000)
    world.alice.does(replaced, ended)
    expect(world.broken()).toContain(
      'second-invites-wait: another party replaces the call, over which bytes arrived 500 ms ago',
    )
  })

  it('reports a call that is replaced at once or without a probe', () => {
    const atOnce = called()
    atOnce.alice.does(replaced, ended)
    expect(atOnce.broken()).toContain('bytes arrived 0 ms ago')
    const unseen = called()
    unseen.at(2_000)
    unseen.alice.does(replaced, ended)
    expect(unseen.broken()).toContain('nobody looked whether it is alive')
  })

  it('accepts a call that the other side hangs up during the probe', () => {
    const world = called()
    world.alice.sees(receive({ type: 'hang-up', body: { reason: 'hung-up' } }))
    world.alice.does(replaced, ended)
    expect(world.broken()).toBeUndefined()
  })

  it('accepts busy while bytes arrive, and reports it when the old call is silent', () => {
    const alive = called()
    looks(alive, [1, 2, 3, 4, 5, 6])
    alive.at(3_000)
    alive.alice.sees(dismissed)
    alive.alice.does(busy())
    expect(alive.broken()).toBeUndefined()

    const silent = called()
    looks(silent, [1, 1, 1, 1, 1, 1])
    silent.at(3_000)
    silent.alice.sees(dismissed)
    silent.alice.does(busy())
    expect(silent.broken()).toContain('is busy, though nothing arrives over the old call')
  })

  it('reports a second invite that is never answered', () => {
    const world = called()
    world.at(4_001)
    world.alice.rests()
    expect(world.broken()).toContain('a caller who calls again is left without an answer')
    const cancelled = called()
    cancelled.alice.does(dismissed)
    cancelled.at(4_001)
    cancelled.alice.rests()
    expect(cancelled.broken()).toBeUndefined()
  })
})

describe('obeys-callers', () => {
  const invite = (from: Party, id = callId) => receive({ type: 'invite', callId: id, body: { media } }, from)
  const refusing = (verdict: SimulatedVerdict) => watched({}, {}, { mallory: verdict })

  it.each(['busy', 'ignore'] as const)('reports a call that rings though the port says %s', (verdict) => {
    const { alice, broken } = refusing(verdict)
    alice.sees(rang(mallory), ringing(mallory))
    expect(broken()).toContain('obeys-callers: rings for mallory')
  })

  it.each(['yes', 'throws'] as const)('lets it ring if the port says %s', (verdict) => {
    const { alice, broken } = refusing(verdict)
    alice.sees(rang(mallory), ringing(mallory))
    expect(broken()).toBeUndefined()
  })

  it('lets a user ring again whom this client is in a call with', () => {
    const { alice, broken } = refusing('ignore')
    alice.sees(nothingNew, { ...connected, remote: mallory })
    alice.sees(invite(mallory, again))
    alice.sees(over('no-answer', 'local'), idle)
    alice.sees(rang(mallory, again), ringing(mallory, again))
    expect(broken() ?? '').not.toContain('obeys-callers')
  })

  it('reports what tells an ignored caller from one whom nobody answers', () => {
    for (const [type, isBroken] of [
      ['ringing', false],
      ['busy', true],
    ] as const) {
      const { alice, broken } = refusing('ignore')
      alice.sees(invite(mallory))
      alice.sees(send({ type, body: {} }, mallory))
      expect(broken()?.includes('obeys-callers: says busy') ?? false).toBe(isBroken)
    }
  })
})
