import { concatMap, ignoreElements, merge, pairwise, share, Subject, tap, timer, type Observable } from 'rxjs'
import type { Env, PeerCommand, PeerEvent, PeerPort } from '../../../src/core/index.ts'
import { sampleBetween, type Sample } from '../../../src/quality/index.ts'
import { fakeStream } from '../../../src/testing/index.ts'

type User = 'alice' | 'bob'

/**
 * Two connected peers of these ports. Alice makes the offer. `sample$` emits what each of them measures, every second
 * from 2,001 ms on. Subscribe to `running$` to run them.
 */
export function measuredPair(env: Env, ports: Readonly<Record<User, PeerPort>>) {
  const stream = {
    alice: fakeStream('alice', ['audio', 'video']),
    bob: fakeStream('bob', ['audio', 'video']),
  }
  const command$ = { alice: new Subject<PeerCommand>(), bob: new Subject<PeerCommand>() }
  const open = (user: User, other: User) =>
    ports[user]
      .open({ role: user === 'alice' ? 'offerer' : 'answerer', stream: stream[user] }, command$[user])
      .pipe(
        tap((event) => {
          if (event.type === 'description' || event.type === 'candidate') command$[other].next(event)
        }),
        share(),
      )
  const event$ = { bob: open('bob', 'alice'), alice: open('alice', 'bob') }
  const ask$ = timer(1_000, 1_000, env.scheduler).pipe(
    tap(() => {
      for (const user of ['alice', 'bob'] as const) command$[user].next({ type: 'get-stats' })
    }),
  )
  return {
    stream,
    command$,
    event$,
    sample$: { alice: samplesOf(event$.alice), bob: samplesOf(event$.bob) },
    running$: merge(event$.bob, event$.alice, ask$).pipe(ignoreElements()),
  }
}

const samplesOf = (event$: Observable<PeerEvent>): Observable<Sample> =>
  event$.pipe(
    concatMap((event) => (event.type === 'stats' ? [event.stats] : [])),
    pairwise(),
    concatMap(([before, after]) => [sampleBetween(before, after)]),
  )
