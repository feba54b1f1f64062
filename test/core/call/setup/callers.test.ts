import { describe, expect, it } from 'vitest'
import {
  follow,
  isStranger,
  mayRing,
  nobodyCalled,
  type Callers,
} from '../../../../src/core/call/setup/callers.ts'
import {
  defaultSettings as settings,
  type CallState,
  type EndReason,
  type Party,
} from '../../../../src/core/index.ts'
import { reduceCall } from '../../../../src/core/stages/index.ts'
import { virtualId } from '../../../../src/testing/marbles.ts'
import { audioAndVideo as media, bob, carol } from '../../support/parties.ts'
import { idle } from '../../support/states.ts'

/** A client with the given calls, and what it remembers about its callers. */
function client() {
  let callers: Callers = nobodyCalled
  let calls = 0
  let call: CallState = idle
  const happens = (event: Parameters<typeof follow>[1], now: number) => {
    call = reduceCall(call, event)
    callers = follow(callers, event, { call, settings, now })
  }
  const callId = () => virtualId(calls)
  const may = (user: string, at: number) => mayRing(callers, user, settings, at)
  return {
    may,
    isStranger: (user: string) => isStranger(callers, user),
    remembered: () => callers,
    dials: (user: string, at: number) => {
      calls++
      happens({ type: 'outgoing', callId: callId(), remote: { user }, media }, at)
    },
    rings: (remote: Party, at: number) => {
      calls++
      happens({ type: 'incoming', callId: callId(), remote, media, ringMs: 20_000 }, at)
    },
    accepts: (at: number) => happens({ type: 'answered', by: 'local', callId: callId(), media }, at),
    ends: (at: number, reason: EndReason, by: 'local' | 'remote') =>
      happens({ type: 'ended', callId: callId(), at: 0, reason, by }, at),
    declines: (at: number) =>
      happens({ type: 'ended', callId: callId(), at: 0, reason: 'declined', by: 'local' }, at),
  }
}
const named = (user: string): Party => ({ user, party: bob.party })

describe('a user whose call was declined', () => {
  it('rings again only after a pause, which is four times as long each time, up to a minute', () => {
    const { rings, declines, may, dials, ends } = client()
    dials('bob', 0)
    ends(0, 'cancelled', 'local')
    let at = 1_000
    for (const pause of [5_000, 20_000, 60_000, 60_000]) {
      rings(bob, at)
      declines(at)
      expect([may('bob', at), may('bob', at + pause - 1), may('bob', at + pause)]).toEqual([
        'waits',
        'waits',
        'rings',
      ])
      at += pause
    }
  })

  it('begins again with the first pause when the last one has been over for a minute', () => {
    const { rings, declines, may } = client()
    rings(bob, 0)
    declines(0)
    rings(bob, 65_000)
    declines(65_000)
    expect([may('bob', 69_999), may('bob', 70_000)]).toEqual(['waits', 'rings'])
  })

  it('pauses alone, while others ring', () => {
    const { rings, declines, may } = client()
    rings(bob, 0)
    declines(0)
    expect(may('carol', 1)).toBe('rings')
  })

  it('has its own pauses, regardless of other declined users', () => {
    const { rings, declines, may } = client()
    rings(carol, 0)
    declines(0)
    rings(bob, 0)
    declines(0)
    expect([may('bob', 4_999), may('bob', 5_000)]).toEqual(['waits', 'rings'])
  })

  it('still counts as declined after another call of theirs rang unanswered', () => {
    const { rings, declines, ends, may } = client()
    rings(bob, 0)
    declines(0)
    rings(bob, 50_000)
    ends(50_500, 'cancelled', 'remote')
    rings(bob, 100_000)
    declines(100_000)
    expect([may('bob', 119_999), may('bob', 120_000)]).toEqual(['waits', 'rings'])
  })

  it('is not a user who declined a call of this client', () => {
    const { dials, ends, may } = client()
    dials('bob', 0)
    ends(1_000, 'declined', 'remote')
    expect(may('bob', 1_000)).toBe('rings')
  })

  it('need not pause after this client calls back', () => {
    const { rings, declines, may, dials } = client()
    rings(bob, 0)
    declines(0)
    dials('bob', 100)
    expect(may('bob', 101)).toBe('rings')
  })

  it('need not pause after this client accepts a call of theirs, even if it never connects', () => {
    const { rings, declines, accepts, ends, may } = client()
    rings(bob, 0)
    declines(0)
    rings(bob, 5_000)
    accepts(6_000)
    ends(9_000, 'failed', 'local')
    expect(may('bob', 9_001)).toBe('rings')
  })

  it('does not wait longer after the clock was set back', () => {
    const { rings, declines, may } = client()
    rings(bob, 100_000)
    declines(100_000)
    expect(may('bob', 99_000)).toBe('rings')
  })
})

describe('callers never spoken to', () => {
  it('ring three times within a minute, all of them together', () => {
    const { rings, ends, may } = client()
    for (const [place, user] of ['mallory', 'marvin', 'magda'].entries()) {
      rings(named(user), place)
      ends(place, 'cancelled', 'remote')
    }
    expect([may('bob', 59_999), may('bob', 60_000)]).toEqual(['dismissed', 'rings'])
  })

  it('do not prevent calls of known users', () => {
    const { rings, ends, may, dials } = client()
    dials('bob', 0)
    ends(0, 'no-answer', 'local')
    for (const user of ['mallory', 'marvin', 'magda']) {
      rings(named(user), 1)
      ends(1, 'cancelled', 'remote')
    }
    expect(may('bob', 2)).toBe('rings')
  })

  it('ring as often as before after friends have rung', () => {
    const { dials, ends, rings, may } = client()
    dials('bob', 0)
    ends(0, 'no-answer', 'local')
    for (let at = 1; at <= 3; at++) {
      rings(bob, at)
      ends(at, 'cancelled', 'remote')
    }
    expect(may('mallory', 4)).toBe('rings')
  })

  it.each([
    ['no-answer', 'local'],
    ['cancelled', 'remote'],
  ] as const)('pause for as long as they rang unanswered: %s', (reason, by) => {
    const { rings, ends, may } = client()
    rings(bob, 1_000)
    ends(8_000, reason, by)
    expect([may('bob', 14_999), may('bob', 15_000), may('carol', 8_000)]).toEqual(['waits', 'rings', 'rings'])
  })

  it('do not include friends, who need not pause after an unanswered call', () => {
    const { dials, ends, rings, may } = client()
    dials('carol', 0)
    ends(1, 'cancelled', 'local')
    rings(carol, 10)
    ends(60_010, 'no-answer', 'local')
    expect(may('carol', 60_010)).toBe('rings')
  })

  it('need not pause if another device answered', () => {
    const { rings, ends, may } = client()
    rings(bob, 0)
    ends(7_000, 'answered-elsewhere', 'remote')
    expect(may('bob', 7_000)).toBe('rings')
  })
})

describe('a user becomes known', () => {
  it('once its call is accepted, and not while it rings', () => {
    const { rings, accepts, isStranger } = client()
    rings(bob, 0)
    expect(isStranger('bob')).toBe(true)
    accepts(10)
    expect([isStranger('bob'), isStranger('carol')]).toEqual([false, true])
  })

  it('once this client calls', () => {
    const { dials, isStranger } = client()
    dials('carol', 0)
    expect(isStranger('carol')).toBe(false)
  })
})

it('forgets nobody when another user is called often', () => {
  const { dials, ends, isStranger } = client()
  dials('carol', 0)
  ends(0, 'cancelled', 'local')
  for (let at = 1; at <= 1_000; at++) {
    dials('bob', at)
    ends(at, 'cancelled', 'local')
  }
  expect(isStranger('carol')).toBe(false)
})

it('what is remembered is bounded, and the oldest is forgotten', () => {
  const { dials, ends, rings, declines, remembered, isStranger } = client()
  for (let index = 0; index < 1_000; index++) {
    dials(`friend ${index}`, index)
    ends(index, 'cancelled', 'local')
    rings(named(`stranger ${index}`), index)
    declines(index)
  }
  const { spokenTo, rings: rung, pauses } = remembered()
  expect([spokenTo.length, rung.length, pauses.length]).toEqual([256, 3, 64])
  expect([isStranger('friend 743'), isStranger('friend 744')]).toEqual([true, false])
})
