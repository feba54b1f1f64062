import { count, filter, map, NEVER, shareReplay, startWith, type Observable } from 'rxjs'
import { describe, it } from 'vitest'
import type { CallState, Env, IncomingMessage } from '../../../src/core/index.ts'
import { limitStrangers } from '../../../src/core/stages/index.ts'
import { callsView } from '../../../src/core/calls-view.ts'
import { marbleTest } from '../support/marble-test.ts'
import { incoming } from '../support/messages.ts'
import { bob, carol } from '../support/parties.ts'
import {
  accepted,
  alerting,
  connected,
  connecting,
  ended,
  idle,
  inviting,
  reconnecting,
  ringing,
} from '../support/states.ts'

const ofUser = (user: string) => incoming('ringing', {}, { from: { user, party: carol.party } })
const messages = {
  b: incoming('ringing', {}, { from: bob }),
  c: incoming('ringing', {}, { from: carol }),
  d: ofUser('dave'),
  e: ofUser('erin'),
}

/** The users whose messages pass, each by the first letter of their name. */
function passing(arrived$: Observable<IncomingMessage>, later$: Observable<CallState>, env: Env) {
  const calls$ = later$.pipe(
    startWith(idle),
    map((call) => callsView({ call, endedCalls: [] })),
    shareReplay({ bufferSize: 1, refCount: true }),
  )
  return limitStrangers({ arrived$, calls$ }, env).pipe(map(({ from }) => from.user.charAt(0)))
}

describe('messages of the other side of the open call', () => {
  it.each(Object.entries({ inviting, alerting, accepted, connecting, connected, reconnecting }))(
    'pass, however many there are: %s',
    (_, state) => {
      marbleTest(({ cold, env, expectObservable, expectReleased }) => {
        const arrived$ = cold(` -${'b'.repeat(500)}`, messages)
        const state$ = cold('   s', { s: state })
        const leave = `         -${'-'.repeat(500)}!`
        expectObservable(passing(arrived$, state$, env), leave).toBe(`-${'b'.repeat(500)}`)
        expectReleased(arrived$, state$).by(leave)
      })()
    },
  )

  it(
    'are limited while it rings, independently of others',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold(`-${'c'.repeat(60)}${'d'.repeat(60)}${'b'.repeat(60)}`, messages)
      const state$ = cold('  r', { r: ringing })
      const gap = '-'.repeat(20)
      const expected = `     -${'c'.repeat(40)}${gap}${'d'.repeat(40)}${gap}${'b'.repeat(40)}`
      expectObservable(passing(arrived$, state$, env)).toBe(expected)
    }),
  )

  it(
    'are limited once the call is over',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold(`-${'b'.repeat(100)}${'b'.repeat(100)}`, messages)
      const state$ = cold(`  o${'-'.repeat(99)}e`, { o: connected, e: ended })
      const expected = `     -${'b'.repeat(99)}${'b'.repeat(40)}`
      expectObservable(passing(arrived$, state$, env)).toBe(expected)
    }),
  )
})

describe('messages of strangers', () => {
  it(
    'pass up to 40, and four more each second',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold(`${'c'.repeat(60)} 940ms ${'c'.repeat(20)}`, messages)
      const expected = `     ${'c'.repeat(40)} 960ms cccc`
      expectObservable(passing(arrived$, NEVER, env)).toBe(expected)
    }),
  )

  it(
    'are limited during a call, too',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold(`-${'c'.repeat(60)}bd`, messages)
      const state$ = cold('  o', { o: connected })
      const expected = `     -${'c'.repeat(40)}${'-'.repeat(20)}bd`
      expectObservable(passing(arrived$, state$, env)).toBe(expected)
    }),
  )

  it(
    'pass up to 80 from all together, and eight more each second',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold(
        `${'c'.repeat(40)}${'d'.repeat(40)}${'e'.repeat(20)} 900ms ${'e'.repeat(20)}`,
        messages,
      )
      const expected = `     ${'c'.repeat(40)}${'d'.repeat(40)} 920ms ${'e'.repeat(8)}`
      expectObservable(passing(arrived$, NEVER, env)).toBe(expected)
    }),
  )

  it.each([
    { others: 255, again: 25 },
    { others: 256, again: 40 },
  ])(
    'are counted for 256 users at once: after $others others, one may send $again more in 6 s',
    ({ others, again }) => {
      marbleTest(({ cold, env, expectObservable }) => {
        const users = Object.fromEntries(
          Array.from({ length: others }, (_, i) => [String.fromCharCode(0x100 + i), ofUser(`user ${i}`)]),
        )
        const arrived$ = cold(`${'c'.repeat(40)}${Object.keys(users).join('')} 6s ${'c'.repeat(60)}|`, {
          ...messages,
          ...users,
        })
        const ofCarol$ = passing(arrived$, NEVER, env).pipe(
          filter((user) => user === 'c'),
          count(),
        )
        expectObservable(ofCarol$).toBe(`${40 + others + 6000 + 60}ms (n|)`, { n: 40 + again })
      })()
    },
  )

  it(
    'complete when the relay does',
    marbleTest(({ cold, env, expectObservable }) => {
      const error = new Error('no relay')
      const arrived$ = cold('c-#', messages, error)
      expectObservable(passing(arrived$, NEVER, env)).toBe('c-#', { c: 'c' }, error)
    }),
  )
})
