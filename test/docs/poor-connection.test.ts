import { createCallClient } from 'rxcall'
import { quality } from 'rxcall/quality'
import { fakeMedia, marbles, virtualId, virtualPeers, virtualRelay } from 'rxcall/testing'
import { distinctUntilChanged, map } from 'rxjs'
import { expect, it } from 'vitest'

const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)

it(
  'says that the line is bad while every tenth packet is lost, and why',
  marbles(assertEqual, ({ env, cold, expectObservable }) => {
    const relay = virtualRelay(env)
    const peers = virtualPeers(env)
    const join = (user: string, n: number) =>
      createCallClient({
        signaling: relay.port({ user, party: virtualId(n) }),
        peer: peers.of(user).port,
        media: fakeMedia(user, env),
        env,
      })
    const [alice, bob] = [join('alice', 1), join('bob', 2)]
    cold('100ms c').subscribe(() => alice.call('bob'))
    cold('200ms a').subscribe(() => bob.accept())
    cold('10s l').subscribe(() => peers.shape({ loss: 0.1 }, 'bob'))
    cold('20s c').subscribe(() => peers.shape({}))

    const grade$ = quality(bob, env).pipe(
      map(({ receiving, because }) => [receiving, ...because.receiving].join(' ')),
      distinctUntilChanged(),
    )
    expectObservable(grade$, '^ 30s !').toBe('224ms g 10999ms f 999ms p 12999ms g', {
      g: 'good',
      f: 'fair loss',
      p: 'poor loss',
    })
  }),
)
