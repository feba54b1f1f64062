import { concatMap, EMPTY, of, throwError, type Observable } from 'rxjs'
import { expect } from 'vitest'
import type { Env } from '../../../../src/core/index.ts'
import { marbleTest } from '../marble-test.ts'

/** Marbles, or a stream for what marbles cannot express: an error on subscribing. */
export type Lane = string | Observable<unknown>

/** The meaning of the symbols of each lane. */
export type Symbols = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Makes streams of the input lanes. */
export interface Players {
  readonly env: Env
  /** The events of a lane, in the time of the test; empty if the score has no such lane. */
  readonly hot: <T>(name: string, marbles: string | undefined) => Observable<T>
  /**
   * The resources of a lane, in the order in which they are opened. The marbles of each start at its opening. A symbol
   * that stands for an Error fails, and a function is called for its value each time. `open` says when each is
   * subscribed to.
   */
  readonly resources: <T>(name: string, lanes: OneOrMore<Lane>, open?: OneOrMore<string>) => Observable<T>[]
}

export type OneOrMore<T> = T | readonly T[]

/** The result of a score. */
export interface Performance {
  /** The output lanes. A score checks only those that it contains. */
  readonly out: Readonly<Record<string, Observable<unknown>>>
  /** When these lanes begin, in milliseconds. Default: 0. */
  readonly beginMs?: number
  /** Results to check when virtual time has run out, such as all requests to a port. */
  readonly after?: Readonly<Record<string, () => unknown>>
}

/**
 * Makes a test that reads like a score. Its argument is aligned lanes of marbles under their names: input lanes, and
 * expected output lanes. `perform` plays the input lanes. `symbols` defines the symbols of each lane, and a test may
 * add others. Everything is unsubscribed at the `!` of `leave`. Then every input lane has to be released.
 *
 * @example
 * const caller = score(performCall, { user: { d: dialled }, phase: { I: 'calling inviting' }, sent: { i: invite } })
 *
 * it('invites once the camera is open', caller({
 *   user: '    -d---',
 *   capture: '  --s',
 *   phase: '   -C-I-',
 *   sent: '    ---i-',
 * }))
 */
export function score<Lanes extends { readonly leave?: string }>(
  perform: (lanes: Lanes, players: Players, symbols: Symbols) => Performance,
  symbols: Symbols,
) {
  return (lanes: Lanes, added: Symbols = {}) =>
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions, expectReleased, flush }) => {
      const meanings: Symbols = Object.fromEntries(
        Object.keys({ ...symbols, ...added }).map((name) => [name, { ...symbols[name], ...added[name] }]),
      )
      const resource = <T>(name: string, lane: Lane, open: string | undefined) => {
        if (typeof lane !== 'string') return lane as Observable<T>
        const source$ = cold(lane, meanings[name])
        if (open !== undefined) expectSubscriptions(source$.subscriptions).toBe(open === '' ? [] : open)
        return source$.pipe(
          concatMap((value) => {
            if (value instanceof Error) return throwError(() => value)
            return of((typeof value === 'function' ? (value as () => T)() : value) as T)
          }),
        )
      }
      const players: Players = {
        env,
        hot: <T>(name: string, marbles: string | undefined) => {
          if (marbles === undefined) return EMPTY
          const source$ = hot(marbles, meanings[name])
          if (lanes.leave !== undefined) expectReleased(source$).by(lanes.leave)
          return source$ as Observable<T>
        },
        resources: (name, given, open = []) =>
          listOf(given).map((lane, index) => resource(name, lane, listOf(open)[index])),
      }
      const { out, beginMs = 0, after = {} } = perform(lanes, players, meanings)
      const looks: [() => unknown, unknown][] = []
      for (const [name, expected] of Object.entries(lanes)) {
        // `alice phase` and `bob phase` have the symbols of `phase`.
        const symbolsOf = meanings[name.split(' ').at(-1) ?? name]
        const heard = beginMs > 0 ? `${beginMs}ms ^` : lanes.leave
        if (out[name]) expectObservable(out[name], heard).toBe(`${beginMs}ms ${expected}`, symbolsOf)
        if (after[name]) looks.push([after[name], expected])
      }
      flush()
      for (const [look, expected] of looks) expect(look()).toEqual(expected)
    })
}

function listOf<T>(given: OneOrMore<T>): readonly T[] {
  return Array.isArray(given) ? (given as readonly T[]) : [given as T]
}
