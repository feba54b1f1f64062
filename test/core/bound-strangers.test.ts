import { count, filter, map, NEVER, of, shareReplay, startWith, type Observable } from 'rxjs'
import { describe, it } from 'vitest'
import { boundStrangers, type CallState, type Env, type IncomingMessage } from '../../src/core/index.ts'
import { marbleTest } from './support/marble-test.ts'
import { incoming } from './support/messages.ts'
import { bob, carol } from './support/parties.ts'
import { connected, ended, idle } from './support/states.ts'

const ofUser = (user: string) => incoming('ringing', {}, { from: { user, party: carol.party } })
const messages = {
  b: incoming('ringing', {}, { from: bob }),
  c: incoming('ringing', {}, { from: carol }),
  d: ofUser('dave'),
  e: ofUser('erin'),
}
const states = { i: idle, o: connected, e: ended }

/** The users whose messages pass, each by the first letter of their name. */
function passing(arrived$: Observable<IncomingMessage>, later$: Observable<CallState>, env: Env) {
  const event$ = arrived$.pipe(map((message) => ({ type: 'arrived', message }) as const))
  const state$ = later$.pipe(startWith(connected), shareReplay({ bufferSize: 1, refCount: true }))
  return boundStrangers({ event$, state$ }, env).pipe(
    map((event) => (event.type === 'arrived' ? event.message.from.user.charAt(0) : event.type)),
  )
}

describe('what the other side of the open call sends', () => {
  it(
    'passes, however much it is',
    marbleTest(({ cold, env, expectObservable, expectSubscriptions }) => {
      const arrived$ = cold('b'.repeat(500), messages)
      const state$ = cold('  -', states)
      const leave = `${'-'.repeat(500)}!`
      expectObservable(passing(arrived$, state$, env), leave).toBe('b'.repeat(500))
      expectSubscriptions(arrived$.subscriptions).toBe(`^${'-'.repeat(499)}!`)
      expectSubscriptions(state$.subscriptions).toBe(`^${'-'.repeat(499)}!`)
    }),
  )

  it(
    'is bounded once the call is over',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold(`${'b'.repeat(100)}${'b'.repeat(100)}`, messages)
      const state$ = cold(`  ${'-'.repeat(100)}e`, states)
      const expected = `     ${'b'.repeat(100)}${'b'.repeat(60)}`
      expectObservable(passing(arrived$, state$, env)).toBe(expected)
    }),
  )
})

describe('what strangers send', () => {
  it(
    'is all that is bounded',
    marbleTest(({ cold, env, expectObservable }) => {
      const event$ = cold('r'.repeat(200), { r: { type: 'roster', users: [] } as const })
      const bounded$ = boundStrangers({ event$, state$: of(idle) }, env).pipe(map(() => 'r'))
      expectObservable(bounded$).toBe('r'.repeat(200))
    }),
  )

  it(
    'passes up to 60 messages, and five more each second',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold(`${'c'.repeat(80)} 920ms ${'c'.repeat(20)}`, messages)
      const expected = `     ${'c'.repeat(60)} 940ms ccccc`
      expectObservable(passing(arrived$, NEVER, env)).toBe(expected)
    }),
  )

  it(
    'is bounded while there is no call, too',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold(`-${'c'.repeat(80)}`, messages)
      const state$ = cold('  i', states)
      const expected = `     -${'c'.repeat(60)}`
      expectObservable(passing(arrived$, state$, env)).toBe(expected)
    }),
  )

  it(
    'leaves room for others, who do not wait for each other',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold(`${'c'.repeat(80)}dbd`, messages)
      const expected = `     ${'c'.repeat(60)}${'-'.repeat(20)}dbd`
      expectObservable(passing(arrived$, NEVER, env)).toBe(expected)
    }),
  )

  it(
    'passes up to 120 messages of all together, and 20 more each second',
    marbleTest(({ cold, env, expectObservable }) => {
      const arrived$ = cold(
        `${'c'.repeat(60)}${'d'.repeat(60)}${'e'.repeat(20)} 860ms ${'e'.repeat(30)}`,
        messages,
      )
      // Two for the 120 ms of the others, eighteen for the rest of the second.
      const expected = `     ${'c'.repeat(60)}${'d'.repeat(60)}ee 878ms ${'e'.repeat(18)}`
      expectObservable(passing(arrived$, NEVER, env)).toBe(expected)
    }),
  )

  it(
    'is counted for 256 users at once, and who was silent for longest begins anew',
    marbleTest(({ cold, env, expectObservable }) => {
      const others = Object.fromEntries(
        Array.from({ length: 256 }, (_, i) => [String.fromCharCode(0x100 + i), ofUser(`user ${i}`)]),
      )
      const arrived$ = cold(`${'c'.repeat(60)}${Object.keys(others).join('')} 6s ${'c'.repeat(80)}|`, {
        ...messages,
        ...others,
      })
      const ofCarol$ = passing(arrived$, NEVER, env).pipe(
        filter((user) => user === 'c'),
        count(),
      )
      expectObservable(ofCarol$).toBe(`${60 + 256 + 6000 + 80}ms (n|)`, { n: 60 + 60 })
    }),
  )
})
