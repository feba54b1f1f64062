import { NEVER } from 'rxjs'
import { describe, it } from 'vitest'
import { caller, type CallerSources } from '../../../../src/core/call/setup/caller.ts'
import { virtualId } from '../../../../src/testing/marbles.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { sends } from '../../support/outputs.ts'
import { audioAndVideo as media, bob, bobsPhone } from '../../support/parties.ts'
import { sleeping } from '../../support/sleeping.ts'

const settings = { ringMs: 40, ackMs: 20, maxAckMs: 20 }
const received = {
  r: incoming('ringing', {}),
  a: incoming('accept', {}),
  p: incoming('accept', {}, { from: bobsPhone }),
  q: incoming('ringing', {}, { from: bobsPhone }),
  d: incoming('decline', {}),
  o: incoming('ringing', {}, { from: { user: 'bob', party: virtualId(0xb0b) } }),
}
const invites = (ttlMs: number) => sends({ type: 'invite', body: { media }, ttlMs })
const elsewhere = { reason: 'answered-elsewhere' } as const
const out = {
  I: invites(40),
  A: { type: 'remote-ringing', remote: bob },
  P: { type: 'remote-ringing', remote: bobsPhone },
  w: { type: 'answered', by: 'remote', remote: bob },
  S: sends({ type: 'select', body: {}, to: bob }),
  C: sends({ type: 'cancel', body: elsewhere, toOthersThan: bob.party }),
  X: sends({ type: 'cancel', body: elsewhere, to: bobsPhone }),
  Y: sends({ type: 'cancel', body: elsewhere, to: received.o.from }),
}
/** Silent sources of a caller with its media; a test overrides some of them. */
const silent: CallerSources = { ready$: NEVER, message$: NEVER, otherParty$: NEVER, media, settings }

describe('caller', () => {
  it(
    'names its features in each invite, and reports which of them a device shares',
    marbleTest(({ hot, env, expectObservable }) => {
      const ready$ = hot('     --s---------------------', { s: null })
      const message$ = hot('    -----------------------rpq', {
        r: incoming('ringing', { features: ['unheard-of', 'captions'] }),
        p: incoming('ringing', {}, { from: bobsPhone }),
        q: incoming('ringing', { features: ['unheard-of'] }, { from: received.o.from }),
      })
      const expected = '        --I-------------------JRPQ'
      const named = (ttlMs: number) =>
        sends({ type: 'invite', body: { media, features: ['reactions', 'captions'] }, ttlMs })
      const features = ['reactions', 'captions']
      expectObservable(caller({ ...silent, ready$, message$, features }, env)).toBe(expected, {
        I: named(40),
        J: named(20),
        R: { type: 'remote-ringing', remote: bob, features: ['captions'] },
        P: { type: 'remote-ringing', remote: bobsPhone },
        Q: { type: 'remote-ringing', remote: received.o.from },
      })
    }),
  )

  it(
    'invites once there is media, reports who rings, selects the party that accepts, and cancels the others',
    marbleTest(({ hot, env, expectObservable }) => {
      const ready$ = hot('     --s------------', { s: null })
      const message$ = hot('    ------r-q--a---', received)
      const expected = '        --I---A-P--(wSC)'
      expectObservable(caller({ ...silent, ready$, message$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'invites once, however often the stream changes',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const ready$ = cold('    --s----s--', { s: null })
      const leave = '           ----------!'
      const expected = '        --I-------'
      const captured = '        ^-!       '
      expectObservable(caller({ ...silent, ready$ }, env), leave).toBe(expected, out)
      expectReleased(ready$).by(captured)
    }),
  )

  it(
    'selects the first party that accepts, and no other',
    marbleTest(({ hot, env, expectObservable }) => {
      const ready$ = hot('     s-------------', { s: null })
      const message$ = hot('    -----ap---a---', received)
      const expected = '        I----(wSC)----'
      expectObservable(caller({ ...silent, ready$, message$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'cancels, once, every other party that rings or accepts later, as answered elsewhere',
    marbleTest(({ hot, env, expectObservable }) => {
      const ready$ = hot('     s----------------', { s: null })
      const message$ = hot('    -----a-----------', received)
      const otherParty$ = hot(' ----------q--pod-', received)
      const expected = '        I----(wSC)X---Y--'
      expectObservable(caller({ ...silent, ready$, message$, otherParty$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'sends nothing for a late description of a device that does not have the call',
    marbleTest(({ hot, env, expectObservable }) => {
      const ready$ = hot('     s--------', { s: null })
      const message$ = hot('    --a------', received)
      const otherParty$ = hot(' ------t--', {
        t: incoming('answer', { sdp: 'late' }, { from: bobsPhone }),
      })
      const expected = '        I-(wSC)--'
      expectObservable(caller({ ...silent, ready$, message$, otherParty$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'leaves a refusal to `teardown`',
    marbleTest(({ hot, env, expectObservable }) => {
      const ready$ = hot('     s-------', { s: null })
      const message$ = hot('    -----d--', received)
      const expected = '        I-------'
      expectObservable(caller({ ...silent, ready$, message$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'sends nothing when capturing fails first',
    marbleTest(({ hot, cold, env, expectObservable, expectReleased }) => {
      const ready$ = hot('     --#')
      const message$ = cold('   -----r', received)
      const otherParty$ = cold('-----p', received)
      const expected = '        --#'
      expectObservable(caller({ ...silent, ready$, message$, otherParty$ }, env)).toBe(expected, out)
      expectReleased(message$, otherParty$).by('^-!')
    }),
  )

  it(
    'sends nothing, and releases the camera, when unsubscribed before the media is there',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const ready$ = cold('    --­---s--'.replace('­', ''), { s: null })
      const message$ = cold('   -------r', received)
      const otherParty$ = cold('-------p', received)
      const leave = '           ---!    '
      const subscribed = '      ^--!    '
      expectObservable(caller({ ...silent, ready$, message$, otherParty$ }, env), leave).toBe('----')
      expectReleased(ready$, message$, otherParty$).by(subscribed)
    }),
  )
})

describe('caller: an unanswered invite', () => {
  const patience = { ringMs: 60, ackMs: 5, maxAckMs: 12 }
  const again = { ...out, I: invites(60), 1: invites(55), 2: invites(45), 3: invites(33) }

  it.each([
    ['r', 'A    '],
    ['a', '(wSC)'],
    ['d', '-    '],
  ] as const)(
    'is sent again with the remaining time, at growing intervals, until any reply arrives: %s',
    (reply, outcome) => {
      marbleTest(({ hot, cold, env, expectObservable, expectReleased }) => {
        const ready$ = cold('  -s', { s: null })
        const message$ = hot(`  ------------------------------${reply}    `, received)
        const expected = `      -I----1---------2-----------3-${outcome}`
        const sources = { ...silent, ready$, message$, settings: patience }
        const leave = '       50ms !'
        expectObservable(caller(sources, env), leave).toBe(expected, again)
        expectReleased(ready$).by('^!')
        expectReleased(message$).by(leave)
      })()
    },
  )

  it.each([
    ['with the time that is left', '    7ms f 39ms t', '-I----1 40ms 4', '50ms !', 14],
    ['and not where none is', '         7ms f 60ms t', '-I----1       ', '70ms !', 0],
  ])('is sent again by a caller that slept %s', (_, slept, expected, leave, left) => {
    marbleTest((tools) => {
      const env = sleeping(tools, slept.trim())
      const ready$ = tools.hot('-s', { s: null })
      const sources = { ...silent, ready$, settings: patience }
      tools.expectObservable(caller(sources, env), leave).toBe(expected, {
        ...again,
        4: invites(left),
      })
    })()
  })

  it(
    'is not sent again when the caller has given up',
    marbleTest(({ hot, cold, env, expectObservable, expectReleased }) => {
      const ready$ = hot('     -s', { s: null })
      const message$ = cold('   --------', received)
      const leave = '           --------!'
      const expected = '        -I----1--'
      const sources = { ...silent, ready$, message$, settings: patience }
      expectObservable(caller(sources, env), leave).toBe(expected, again)
      expectReleased(message$).by('^-------!')
    }),
  )
})
