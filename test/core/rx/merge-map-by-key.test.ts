import { map, takeWhile } from 'rxjs'
import { describe, it } from 'vitest'
import { mergeMapByKey, type MergeMapByKeyOptions } from '../../../src/core/rx/merge-map-by-key.ts'
import { marbleTest } from '../support/marble-test.ts'

/** Each value begins with its key: `Ax` closes the key A, and `A!` opens none. */
const values = { a: 'Aa', b: 'Ab', x: 'Ax', s: 'A!', c: 'Bc', d: 'Bd', e: 'Ce', f: 'Cf', g: 'Dg' }
/** Every value is emitted with the one that opened its key. */
const told = {
  a: 'Aa Aa',
  b: 'Aa Ab',
  B: 'Ab Ab',
  x: 'Aa Ax',
  s: 'stray A!',
  S: 'Aa A!',
  c: 'Bc Bc',
  d: 'Bc Bd',
  D: 'Bd Bd',
  e: 'Ce Ce',
  f: 'Ce Cf',
  g: 'Dg Dg',
}

const options: MergeMapByKeyOptions<string, string> = {
  key: (value) => value.slice(0, 1),
  opens: (value) => !value.endsWith('!'),
  open: (value$, first) =>
    value$.pipe(
      takeWhile((value) => !value.endsWith('x'), true),
      map((value) => `${first} ${value}`),
    ),
  otherwise: (value) => [`stray ${value}`],
  max: 9,
  worth: () => 0,
}

describe('mergeMapByKey', () => {
  it(
    'opens a stream for each key, which gets the values of that key, including the first',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('    -a-c-b-d-|', values)
      const expected = '        -a-c-b-d-|'
      expectObservable(source$.pipe(mergeMapByKey(options))).toBe(expected, told)
      expectSubscriptions(source$.subscriptions).toBe('^--------!')
    }),
  )

  it(
    'closes a key when its stream completes, and opens it again with the next value',
    marbleTest(({ cold, expectObservable }) => {
      const source$ = cold('    -a-x-b-|', values)
      const expected = '        -a-x-B-|'
      expectObservable(source$.pipe(mergeMapByKey(options))).toBe(expected, told)
    }),
  )

  it(
    'closes a key that completes later by itself',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const life$ = cold('       i--|', { i: 'Aa Aa' })
      const source$ = cold('    -a-b-b-----|', values)
      const expected = '        -a---a-----|'
      expectObservable(source$.pipe(mergeMapByKey({ ...options, open: () => life$ }))).toBe(expected, {
        a: 'Aa Aa',
      })
      expectSubscriptions(life$.subscriptions).toBe(['-^--!', '-----^--!'])
    }),
  )

  it(
    'maps a value that opens no key, and passes it to an open one',
    marbleTest(({ cold, expectObservable }) => {
      const source$ = cold('    -s-a-s-x-s-|', values)
      const expected = '        -s-a-S-x-s-|'
      expectObservable(source$.pipe(mergeMapByKey(options))).toBe(expected, told)
    }),
  )

  it(
    'closes the oldest key when there is one too many',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const lives = { A: cold('a'), B: cold('b'), C: cold('c') }
      const open: typeof options.open = (_, first) => lives[options.key(first) as keyof typeof lives]
      const source$ = cold('    -a-c-e-b-', values)
      const expected = '        -a-b-c-a-'
      expectObservable(source$.pipe(mergeMapByKey({ ...options, open, max: 2 })), '---------!').toBe(expected)
      expectSubscriptions(lives.A.subscriptions).toBe(['-^---!', '-------^-!'])
      expectSubscriptions(lives.B.subscriptions).toBe(['---^---!'])
      expectSubscriptions(lives.C.subscriptions).toBe(['-----^---!'])
    }),
  )

  it(
    'closes the key of least worth, the oldest of several, and never one of infinite worth',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const lives = { A: cold('a'), B: cold('b'), C: cold('c'), D: cold('d') }
      const open: typeof options.open = (_, first) => lives[options.key(first) as keyof typeof lives]
      const worths: Record<string, number> = { A: Infinity, B: 2, C: 1, D: 1 }
      const worth = (first: string) => worths[first.slice(0, 1)] ?? 0
      const source$ = cold('    -a-c-e-g-f-', values)
      const expected = '        -a-b-c-d-c-'
      expectObservable(source$.pipe(mergeMapByKey({ ...options, open, max: 3, worth })), '-----------!').toBe(
        expected,
      )
      expectSubscriptions(lives.A.subscriptions).toBe('-^---------!')
      expectSubscriptions(lives.B.subscriptions).toBe('---^-------!')
      expectSubscriptions(lives.C.subscriptions).toBe(['-----^-!', '---------^-!'])
      expectSubscriptions(lives.D.subscriptions).toBe('-------^-!')
    }),
  )

  it(
    'passes later values to the keys that stayed',
    marbleTest(({ cold, expectObservable }) => {
      const worth = (first: string) => (first.startsWith('A') ? Infinity : 0)
      const source$ = cold('    -a-c-e-b-f-d-', values)
      const expected = '        -a-c-e-b-f-D-'
      expectObservable(source$.pipe(mergeMapByKey({ ...options, max: 2, worth }))).toBe(expected, told)
    }),
  )

  it(
    'judges worth by the value that needs the room',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const lives = { A: cold('a'), B: cold('b'), C: cold('c'), D: cold('d') }
      const open: typeof options.open = (_, first) => lives[options.key(first) as keyof typeof lives]
      const worth = (first: string, value: string) => (value.startsWith('C') && first.startsWith('A') ? 1 : 0)
      const source$ = cold('    -a-c-e-g-', values)
      const expected = '        -a-b-c-d-'
      expectObservable(source$.pipe(mergeMapByKey({ ...options, open, max: 2, worth })), '---------!').toBe(
        expected,
      )
      expectSubscriptions(lives.A.subscriptions).toBe('-^-----!')
      expectSubscriptions(lives.B.subscriptions).toBe('---^-!')
    }),
  )

  it(
    'never opens more than the maximum, even when no key may be closed',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const lives = { A: cold('a'), B: cold('b'), C: cold('c') }
      const open: typeof options.open = (_, first) => lives[options.key(first) as keyof typeof lives]
      const source$ = cold('-a-c-e---', values)
      const leave = '       ---------!'
      const opened$ = source$.pipe(mergeMapByKey({ ...options, open, max: 2, worth: () => Infinity }))
      expectObservable(opened$.pipe(map(() => 'one')), leave).toBe('-o-o-----', { o: 'one' })
      expectSubscriptions(lives.C.subscriptions).toBe([])
    }),
  )

  it(
    'completes when the source and every key have completed',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const life$ = cold('       a---(b|)')
      const source$ = cold('    -a-|', values)
      const expected = '        -a---(b|)'
      expectObservable(source$.pipe(mergeMapByKey({ ...options, open: () => life$ }))).toBe(expected)
      expectSubscriptions(source$.subscriptions).toBe('^--!')
      expectSubscriptions(life$.subscriptions).toBe('-^---!')
      expectObservable(cold('--|').pipe(mergeMapByKey(options))).toBe('--|')
    }),
  )

  it(
    'errors with the error of a key, and closes the others',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const lives = { A: cold('a----'), B: cold('b-#') }
      const open: typeof options.open = (_, first) => lives[options.key(first) as keyof typeof lives]
      const source$ = cold('    -a-c-----', values)
      const expected = '        -a-b-#'
      expectObservable(source$.pipe(mergeMapByKey({ ...options, open }))).toBe(expected)
      expectSubscriptions(source$.subscriptions).toBe('^----!')
      expectSubscriptions(lives.A.subscriptions).toBe('-^---!')
    }),
  )

  it(
    'errors with the source, and closes every key',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const life$ = cold('       a--------')
      const source$ = cold('    -a-#', values)
      const expected = '        -a-#'
      expectObservable(source$.pipe(mergeMapByKey({ ...options, open: () => life$ }))).toBe(expected)
      expectSubscriptions(life$.subscriptions).toBe('-^-!')
    }),
  )

  it(
    'releases the source and every key when unsubscribed',
    marbleTest(({ cold, expectObservable, expectSubscriptions }) => {
      const lives = { A: cold('a--------'), B: cold('b--------') }
      const open: typeof options.open = (_, first) => lives[options.key(first) as keyof typeof lives]
      const source$ = cold('    -a-c-----', values)
      const leave = '           -----!'
      const expected = '        -a-b-'
      expectObservable(source$.pipe(mergeMapByKey({ ...options, open })), leave).toBe(expected)
      expectSubscriptions(source$.subscriptions).toBe('^----!')
      expectSubscriptions(lives.A.subscriptions).toBe('-^---!')
      expectSubscriptions(lives.B.subscriptions).toBe('---^-!')
    }),
  )
})
