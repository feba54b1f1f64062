import { map } from 'rxjs'
import { describe, it } from 'vitest'
import { loopback } from '../../src/check/loopback.ts'
import { fakeStream } from '../../src/testing/fake-stream.ts'
import { virtualPeers, type PathConditions } from '../../src/testing/index.ts'
import { marbleTest } from '../core/support/marble-test.ts'

const both = fakeStream('own', ['audio', 'video'])

describe('the loopback call of a check', () => {
  it.each<[string, Partial<PathConditions>, MediaStream | null, string]>([
    ['is ok on a clear path', {}, both, 'ok'],
    ['warns of loss', { loss: 0.1 }, both, 'warning packets are lost'],
    ['warns of a long way', { delayMs: 400 }, both, 'warning the TURN server'],
    ['fails if nothing arrives', { loss: 1 }, both, 'failed the connection'],
    ['warns if there was nothing to send', {}, null, 'warning there was'],
  ])('%s', (_, conditions, stream, expected) =>
    marbleTest(({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      peers.shape(conditions)
      const finding$ = loopback({ peer: peers.nativeLike, stream, measureMs: 2_000, ...env })
      const words$ = finding$.pipe(
        map(({ verdict, advice = '' }) => [verdict, ...advice.split(' ').slice(0, 3)].join(' ').trim()),
        map((words) => words.startsWith(expected)),
      )
      expectObservable(words$, '^ 5s !').toBe('2017ms t', { t: true })
    })(),
  )
})
