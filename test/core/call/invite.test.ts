import { describe, it } from 'vitest'
import { invite } from '../../../src/core/call/invite.ts'
import { marbleTest } from '../support/marble-test.ts'
import { incoming } from '../support/messages.ts'
import { sends } from '../support/outputs.ts'
import { audioAndVideo as media, bob, bobsPhone } from '../support/parties.ts'

const settings = { ringMs: 60_000 }
const received = {
  r: incoming('ringing', {}),
  a: incoming('accept', {}),
  p: incoming('accept', {}, { from: bobsPhone }),
  d: incoming('decline', {}),
}
const out = {
  i: { type: 'invited' },
  I: sends({ type: 'invite', body: { media }, ttlMs: 60_000 }),
  A: { type: 'alerted' },
  w: { type: 'answered', remote: bob },
  S: sends({ type: 'select', body: {}, to: bob }),
}

describe('invite', () => {
  it(
    'rings once there is media, tells that the other side rings, and gives the call to the party that accepts',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot('     --s---------', { s: null })
      const message$ = hot('    ------r--a--', received)
      const expected = '        --(iI)A--(wS)'
      expectObservable(invite({ stream$, message$, media, settings })).toBe(expected, out)
    }),
  )

  it(
    'rings once, however often the stream changes',
    marbleTest(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const stream$ = cold('    --s----s--', { s: null })
      const message$ = hot('    ----------', received)
      const expected = '        --(iI)----'
      const captured = '        ^-!       '
      expectObservable(invite({ stream$, message$, media, settings })).toBe(expected, out)
      expectSubscriptions(stream$.subscriptions).toBe(captured)
    }),
  )

  it(
    'gives the call to the first party that accepts, and to no other',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot('     s-----------', { s: null })
      const message$ = hot('    -----ap--a--', received)
      const expected = '        (iI)-(wS)---'
      expectObservable(invite({ stream$, message$, media, settings })).toBe(expected, out)
    }),
  )

  it(
    'leaves a refusal to `teardown`',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot('     s-------', { s: null })
      const message$ = hot('    -----d--', received)
      const expected = '        (iI)----'
      expectObservable(invite({ stream$, message$, media, settings })).toBe(expected, out)
    }),
  )

  it(
    'sends nothing where capturing fails first',
    marbleTest(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const stream$ = hot('     --#')
      const message$ = cold('   -----r', received)
      const expected = '        --#'
      expectObservable(invite({ stream$, message$, media, settings })).toBe(expected, out)
      expectSubscriptions(message$.subscriptions).toBe(['^-!', '^-!'])
    }),
  )

  it(
    'sends nothing, and lets go of the camera, when it is unsubscribed before the media is there',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const stream$ = cold('    -----s--', { s: null })
      const message$ = cold('   -------r', received)
      const leave = '           ---!    '
      const subscribed = '      ^--!    '
      expectObservable(invite({ stream$, message$, media, settings }), leave).toBe('----')
      expectSubscriptions(stream$.subscriptions).toBe(subscribed)
      expectSubscriptions(message$.subscriptions).toBe([subscribed, subscribed])
    }),
  )
})
