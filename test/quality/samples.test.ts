import { map, mergeMap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { ConnectionStats } from '../../src/core/index.ts'
import { samples } from '../../src/quality/index.ts'
import { marbleTest } from '../core/support/marble-test.ts'
import { fakeClient, peerEvent } from './support/fake-client.ts'

/** 1,000 bytes of sound for each millisecond until now. */
const stats = (at: number): ConnectionStats => ({
  at,
  receiving: { audio: { bytes: at * 1_000 } },
  sending: {},
})
const phases = { c: 'connecting', y: 'connected', r: 'reconnecting', e: 'ended' } as const
const rates = { n: undefined, b: 8_000_000 }
const bitrate = map(
  (sample: { receiving: { audio?: { bitrate?: number } } }) => sample.receiving.audio?.bitrate,
)

describe('samples', () => {
  it(
    'come at once when the call is connected, then every second until it ends',
    marbleTest(({ env, cold, expectObservable }) => {
      const { client, become } = fakeClient(() => stats(env.scheduler.now()))
      cold('             c---y 1499ms r 999ms e--', phases).subscribe((phase) => become(phase))
      const expected = ' ----n 999ms b 999ms b --'
      expectObservable(samples(client, env).pipe(bitrate), '^ 6s !').toBe(expected, rates)
    }),
  )

  it(
    'are taken as often as requested',
    marbleTest(({ env, expectObservable }) => {
      const { client, become } = fakeClient(() => stats(env.scheduler.now()))
      become('connected')
      const expected = 'n 249ms b 249ms b'
      expectObservable(samples(client, { everyMs: 250, ...env }).pipe(bitrate), '^ 600ms !').toBe(
        expected,
        rates,
      )
    }),
  )

  it(
    'have no rates for the first report of another peer connection',
    marbleTest(({ env, cold, expectObservable }) => {
      const fake = fakeClient()
      fake.become('connected')
      cold('-a 999ms a 999ms b 999ms b', { a: 0, b: 1 }).subscribe((epoch) =>
        fake.emit(peerEvent({ type: 'stats', stats: stats(env.scheduler.now()) }, epoch)),
      )
      const expected = '-n 999ms b 999ms n 999ms b'
      expectObservable(samples(fake.client, env).pipe(bitrate), '^ 4s !').toBe(expected, rates)
    }),
  )

  it(
    'are not measured without a subscriber, nor after unsubscribing or the end of the call',
    marbleTest(({ env, cold, expectObservable, flush }) => {
      const fake = fakeClient(() => stats(env.scheduler.now()))
      fake.become('connected')
      flush()
      expect(fake.actions).toEqual([])
      expectObservable(samples(fake.client, env).pipe(bitrate), '^ 1500ms !').toBe('n 999ms b', rates)
      flush()
      expect(fake.actions).toEqual([{ type: 'measure' }, { type: 'measure' }])
      fake.become('ended')
      expectObservable(samples(fake.client, env), '^ 3s !').toBe('')
      cold('5s |').subscribe()
      flush()
      expect(fake.actions).toHaveLength(2)
    }),
  )

  it(
    'are not disturbed by another subscriber, which measures for itself',
    marbleTest(({ env, cold, expectObservable }) => {
      const { client, become } = fakeClient(() => stats(env.scheduler.now()))
      become('connected')
      cold('300ms s')
        .pipe(mergeMap(() => samples(client, env)))
        .subscribe()
      const expected = 'n 999ms b 999ms b'
      expectObservable(samples(client, env).pipe(bitrate), '^ 2500ms !').toBe(expected, rates)
      cold('3s e').subscribe(() => become('ended'))
    }),
  )

  it(
    'complete when the client closes, and survive a tick after that',
    marbleTest(({ env, cold, expectObservable }) => {
      const fake = fakeClient(() => stats(env.scheduler.now()))
      fake.become('connected')
      cold('1500ms c').subscribe(() => fake.close())
      expectObservable(samples(fake.client, env).pipe(bitrate)).toBe('n 999ms b 499ms |', rates)
    }),
  )

  it.each([0, 99, NaN, Infinity, -1])('refuse an interval of %d ms', (everyMs) => {
    expect(() => samples(fakeClient().client, { everyMs })).toThrow(
      `everyMs is ${everyMs}: expected at least 100 milliseconds`,
    )
  })
})
