import { describe, it } from 'vitest'
import { acceptGlare } from '../../../../src/core/call/setup/glare.ts'
import { type Address } from '../../../../src/core/index.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming, outgoing } from '../../support/messages.ts'
import { sends } from '../../support/outputs.ts'
import { audioAndVideo as media, bob, bobsPhone, callId, higherId, lowerId } from '../../support/parties.ts'
import { decides, dismisses, receives } from '../../support/setup-stages.ts'
import { alerting, capturing, inviting } from '../../support/states.ts'

const elsewhere = { reason: 'answered-elsewhere' } as const

const received = { s: incoming('select', {}), o: incoming('offer', { sdp: 'remote offer' }) }
const out = { A: sends({ type: 'accept', body: {} }) }
const selectedAt = (at: number) => ({ type: 'selected', at })

describe('glare', () => {
  const invite = (id: string) => receives(incoming('invite', { media }, { callId: id }))
  const yieldsTo = (to: string) => ({ type: 'yielded', callId, to, remote: bob })
  const stops = (to: Address) => ({ type: 'send', message: outgoing('cancel', elsewhere, { to }) })

  it('keeps the call with the lower id, and yields with the other', () => {
    for (const state of [inviting, alerting]) decides(state, invite(higherId), dismisses(higherId))
    decides(inviting, invite(lowerId), [stops({ user: 'bob' }), yieldsTo(lowerId)])
  })

  it('cancels the call that yields, at the user and at each party that rings', () => {
    const state = { ...alerting, contacts: [bob, bobsPhone] }
    decides(state, invite(lowerId), [stops({ user: 'bob' }), stops(bob), stops(bobsPhone), yieldsTo(lowerId)])
  })

  it('always yields before its invite is sent, when nothing rings that it could cancel', () => {
    decides(capturing, invite(lowerId), yieldsTo(lowerId))
    decides(capturing, invite(higherId), yieldsTo(higherId))
  })
})

describe('acceptGlare', () => {
  it(
    'names the features that both sides know in a ringing before it accepts',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    -o---s-s-', received)
      const expected = '        (RA)-(G|)'
      expectObservable(acceptGlare({ message$, features: ['captions'] }, env)).toBe(expected, {
        ...out,
        R: sends({ type: 'ringing', body: { features: ['captions'] } }),
        G: selectedAt(5),
      })
    }),
  )

  it(
    'accepts at once, because both users wanted the call, and emits selected when the caller selects it',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    -o---s-s-', received)
      const expected = '        A----(G|)'
      expectObservable(acceptGlare({ message$ }, env)).toBe(expected, { ...out, G: selectedAt(5) })
    }),
  )

  it(
    'errors when its source errors',
    marbleTest(({ hot, env, expectObservable }) => {
      expectObservable(acceptGlare({ message$: hot('--#', received) }, env)).toBe('A-#', out)
    }),
  )

  it(
    'releases its source when unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const message$ = cold('   ------s', received)
      const leave = '           ---!   '
      expectObservable(acceptGlare({ message$ }, env), leave).toBe('A---', out)
      expectReleased(message$).by(leave)
    }),
  )
})
