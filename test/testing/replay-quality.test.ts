import { VirtualTimeScheduler } from 'rxjs'
import { expect, it } from 'vitest'
import { createCallClient } from '../../src/core/index.ts'
import { record, type TraceEntry } from '../../src/core/trace/index.ts'
import { adaptSending, quality, type Quality } from '../../src/quality/index.ts'
import {
  fakeMedia,
  formatDivergence,
  replay,
  virtualId,
  virtualPeers,
  virtualRelay,
} from '../../src/testing/index.ts'
import { toLines } from './support/recorded-world.ts'

it('replays a call whose quality was watched and whose video was adapted', () => {
  const scheduler = new VirtualTimeScheduler()
  let ids = 0
  const env = { scheduler, id: () => virtualId(++ids) }
  const relay = virtualRelay(env)
  const peers = virtualPeers(env, {}, { refusesLimits: true })
  const grades: string[] = []
  const start = (user: string) => {
    const trace: TraceEntry[] = []
    const client = createCallClient({
      signaling: relay.port({ user, party: env.id() }),
      peer: peers.of(user).port,
      media: fakeMedia(user, env),
      env,
      pipeline: record((entry) => trace.push(entry)),
    })
    adaptSending(client, { scheduler }).subscribe()
    return { client, trace, quality$: quality(client, { scheduler }) }
  }
  const [alice, bob] = [start('alice'), start('bob')]
  bob.quality$.subscribe()
  alice.quality$.subscribe(({ receiving, sending }: Quality) => grades.push(`${receiving} ${sending}`))
  const at = (ms: number, act: () => void) => scheduler.schedule(act, ms)
  at(30, () => alice.client.call('bob'))
  at(100, () => bob.client.accept())
  at(6_000, () => peers.shape({ loss: 0.2 }, 'bob'))
  at(20_000, () => peers.shape({}))
  at(40_000, () => alice.client.close())
  at(40_100, () => bob.client.close())
  scheduler.flush()

  expect(new Set(grades)).toEqual(new Set(['good null', 'good good', 'good poor']))
  for (const { trace } of [alice, bob]) {
    const types = trace.map((entry) => (entry.type === 'peer-event' ? entry.event.type : entry.type))
    expect(types).toContain('stats')
    expect(types).toContain('error')
    const { divergence, entries } = replay(toLines(trace))
    expect(formatDivergence(divergence)).toBe('')
    expect(entries).toEqual(trace)
  }
})
