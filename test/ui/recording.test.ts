import { Subject, VirtualTimeScheduler } from 'rxjs'
import { expect, it } from 'vitest'
import type { CallAction } from '../../src/core/index.ts'
import { record } from '../../src/core/trace/index.ts'
import { fakeMedia, replay, virtualId, virtualPeers, virtualRelay } from '../../src/testing/index.ts'
import { newRecording } from '../../src/ui/recording.ts'

it('is a file that replays, and reports when it contains a whole call', async () => {
  const scheduler = new VirtualTimeScheduler()
  const env = { scheduler, id: () => virtualId(1) }
  const signaling = virtualRelay(env).port({ user: 'alice', party: virtualId(2) })
  const ports = { signaling, peer: virtualPeers(env).port, media: fakeMedia('alice', env) }
  const action$ = new Subject<CallAction>()
  const recording = newRecording(() => new Date('2031-02-03T04:05:06.789Z'))
  const has: boolean[] = []
  recording.hasCall$.subscribe((whether) => has.push(whether))
  record(recording.write)(action$, ports, env).subscribe()
  scheduler.schedule(() => action$.next({ type: 'call', user: 'bob' }), 30)
  scheduler.schedule(() => action$.next({ type: 'close' }), 31)
  scheduler.flush()

  expect(has).toEqual([false, true])
  const file = recording.file()
  expect(file.name).toBe('rxcall-2031-02-03T04-05-06.jsonl')
  const text = await file.text()
  expect(text.endsWith('}\n')).toBe(true)
  expect(text).toContain('"cancelled"')
  expect(replay(text).divergence).toBeUndefined()
})

it('does not count a call that ended before the recording began', () => {
  const recording = newRecording()
  const has: boolean[] = []
  recording.hasCall$.subscribe((whether) => has.push(whether))
  for (const phase of ['ended', 'idle', 'ended'] as const)
    recording.write({ at: 0, type: 'state', state: { call: { phase } as never } })
  expect(has).toEqual([false])
})
