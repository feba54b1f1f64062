import { expect, it } from 'vitest'
import { createCallClient } from '../../src/core/index.ts'
import { adaptSending } from '../../src/quality/index.ts'
import { fakeMedia, virtualId, virtualPeers, virtualRelay } from '../../src/testing/index.ts'
import { marbleTest } from '../core/support/marble-test.ts'

it(
  'turns the camera off on a very narrow line, and on again on a wide one',
  marbleTest(({ env, cold, expectObservable, flush }) => {
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
    cold('5s  n').subscribe(() => peers.shape({ bitrate: 40_000 }, 'bob'))
    cold('40s w').subscribe(() => peers.shape({}))

    const seen: string[] = []
    adaptSending(alice, env).subscribe(({ step, video }) => seen.push(`${step} ${video}`))
    cold('150s h').subscribe(() => alice.hangUp())
    let end: unknown
    cold('149s l').subscribe(() => (end = alice.localMedia$.value))
    expectObservable(cold('151s |')).toBe('151s |')
    flush()
    expect(seen).toEqual(['0 on', '1 on', '2 on', '3 on', '4 off', '3 on', '2 on', '1 on', '0 on'])
    expect(end).toEqual({ audio: 'on', video: 'camera', held: false })
  }),
)
