import { concatMap, concat, filter, map, merge, NEVER, of, take, throwError, withLatestFrom } from 'rxjs'
import type { Observable } from 'rxjs'
import { describe, it } from 'vitest'
import { loop, type Step } from '../../../src/core/rx/loop.ts'
import { marbleTest } from '../support/marble-test.ts'

/** The state is the concatenation of all events so far. */
const word = { initial: '', reduce: (state: string, event: string) => state + event, admit: () => true }
const shown = (step$: Observable<Step<string, string>>) =>
  step$.pipe(map(({ event, state }) => `${event}>${state}`))
const answers = (event$: Observable<string>, to: string, ...with_: string[]) =>
  event$.pipe(
    filter((event) => event === to),
    concatMap(() => with_),
  )

describe('loop', () => {
  it(
    'emits each event with the state after it, and completes when its wiring does',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const input$ = cold('     -a--b--|')
      const expected = '        -A--B--|'
      expectObservable(shown(loop(word, () => input$))).toBe(expected, { A: 'a>a', B: 'b>ab' })
      expectSubscriptions(input$.subscriptions).toBe('^------!')
    }),
  )

  it(
    'feeds back what the wiring emits',
    marbleTest(({ hot, expectObservable }) => {
      const input$ = hot('      -a-----')
      const expected = '        -(ABC)-'
      const step$ = loop(word, (event$) =>
        merge(input$, answers(event$, 'a', 'b'), answers(event$, 'b', 'c')),
      )
      expectObservable(shown(step$)).toBe(expected, { A: 'a>a', B: 'b>ab', C: 'c>abc' })
    }),
  )

  it(
    'handles one event at a time: all listeners see it before any reply',
    marbleTest(({ hot, expectObservable }) => {
      const input$ = hot('      -a--------')
      const expected = '        -(ABCD)---'
      const step$ = loop(word, (event$) =>
        merge(input$, answers(event$, 'a', 'b', 'c'), answers(event$, 'b', 'd')),
      )
      expectObservable(shown(step$)).toBe(expected, { A: 'a>a', B: 'b>ab', C: 'c>abc', D: 'd>abcd' })
    }),
  )

  it(
    'updates the state before any listener sees the event',
    marbleTest(({ hot, expectObservable }) => {
      const input$ = hot('      -a----')
      const expected = '        -(AB)-'
      const step$ = loop(word, (event$, state$) =>
        merge(
          input$,
          answers(event$, 'a', '').pipe(
            withLatestFrom(state$),
            map(([, state]) => `saw ${state}`),
          ),
        ),
      )
      expectObservable(shown(step$)).toBe(expected, { A: 'a>a', B: 'saw a>asaw a' })
    }),
  )

  it(
    'loses nothing when a source emits during the wiring',
    marbleTest(({ expectObservable }) => {
      const expected = '        (ABC)'
      const step$ = loop(word, (event$) => merge(of('a', 'b'), answers(event$, 'a', 'c'), NEVER))
      expectObservable(shown(step$)).toBe(expected, { A: 'a>a', B: 'b>ab', C: 'c>abc' })
    }),
  )

  it(
    'loses nothing when the wiring completes or errors right after it emitted',
    marbleTest(({ expectObservable }) => {
      const values = { A: 'a>a', B: 'b>ab' }
      const failing$ = concat(
        of('a', 'b'),
        throwError(() => 'broken'),
      )
      expectObservable(shown(loop(word, () => of('a', 'b')))).toBe('(AB|)', values)
      expectObservable(shown(loop(word, () => failing$))).toBe('    (AB#)', values, 'broken')
    }),
  )

  it(
    'drops events that the state does not admit before any listener sees them',
    marbleTest(({ hot, expectObservable }) => {
      const input$ = hot('      -a-b-a-')
      const expected = '        -A-(BC)'
      const once = { ...word, admit: (state: string, event: string) => !state.includes(event) }
      const step$ = loop(once, (event$) =>
        merge(input$, answers(event$, 'b', 'c'), answers(event$, 'a', 'a').pipe(take(9))),
      )
      expectObservable(shown(step$)).toBe(expected, { A: 'a>a', B: 'b>ab', C: 'c>abc' })
    }),
  )

  it(
    'replays the state, and emits only changes of it',
    marbleTest(({ hot, expectObservable }) => {
      const input$ = hot('      ---a---a---')
      const expected = '        S--(AT)A---'
      const first = {
        ...word,
        reduce: (state: string, event: string) => (state === '' && event === 'a' ? 'a' : state),
      }
      // Bounded, so that a loop that emits every event fails instead of running forever.
      const told = (state$: Observable<string>) =>
        state$.pipe(
          take(9),
          map((state) => `state ${state}`),
        )
      const event$ = loop(first, (_, state$) => merge(input$, told(state$))).pipe(map(({ event }) => event))
      expectObservable(event$).toBe(expected, { S: 'state ', A: 'a', T: 'state a' })
    }),
  )

  it(
    'passes on an error',
    marbleTest(({ cold, expectObservable }) => {
      expectObservable(shown(loop(word, () => cold('-a-#')))).toBe('-A-#', { A: 'a>a' })
    }),
  )

  it(
    'releases its wiring when unsubscribed',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const input$ = cold('     -a--b--')
      const leave = '           ---!'
      expectObservable(shown(loop(word, () => input$)), leave).toBe('-A--', { A: 'a>a' })
      expectSubscriptions(input$.subscriptions).toBe('^--!')
    }),
  )
})
