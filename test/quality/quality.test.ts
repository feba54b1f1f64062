import { map, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { CallAction, ConnectionStats } from '../../src/core/index.ts'
import { quality, type Quality } from '../../src/quality/index.ts'
import { marbleTest } from '../core/support/marble-test.ts'
import { fakeClient, reports, sendsBoth } from './support/fake-client.ts'

/** What has arrived until `at` over a line that loses a tenth of the packets from `lossyFrom` on. */
function stats(at: number, lossyFrom = Infinity): ConnectionStats {
  const lossy = Math.max(0, at - lossyFrom)
  const media = { bytes: at * 10, packets: at / 10, packetsLost: lossy / 100 }
  return {
    at,
    receiving: { audio: media, video: { ...media, framesDecoded: at / 40, width: 640, height: 480 } },
    sending: { video: { limitation: 'cpu' } },
    path: { relayed: false, protocol: 'udp' },
  }
}
const grades = (quality$: Observable<Quality>) =>
  quality$.pipe(map(({ receiving, sending }) => `${receiving} ${sending}`))
const shown = { n: 'good null', g: 'good good', p: 'good poor', P: 'poor null', F: 'fair null' }
const reported = (actions: readonly CallAction[]) =>
  actions.flatMap((action) => (action.type === 'report-quality' ? [action.report] : []))

describe('quality', () => {
  it(
    'is emitted with each sample while the call is connected, and says why it is not good',
    marbleTest(({ env, cold, expectObservable }) => {
      const { client, become } = fakeClient(() => stats(env.scheduler.now(), 4_000))
      become('connected', { remoteMedia: sendsBoth })
      cold('7500ms e', { e: null }).subscribe(() => become('ended'))
      const expected = 'n 999ms n 999ms n 999ms n 999ms n 999ms F 999ms F 999ms P'
      expectObservable(quality(client, env).pipe(grades), '^ 10s !').toBe(expected, shown)
    }),
  )

  it(
    'has what the other side reports, until that is 12 s old or the call is another one',
    marbleTest(({ env, cold, expectObservable }) => {
      const fake = fakeClient(() => ({ at: env.scheduler.now(), receiving: {}, sending: {} }))
      fake.become('connected')
      const told = {
        g: reports({ receiving: 'good', because: [] }),
        p: reports({ receiving: 'poor', because: ['loss'] }),
      }
      cold('500ms p 999ms g 12498ms -', told).subscribe((event) => fake.emit(event))
      const sending$ = quality(fake.client, { sample$: cold('s', { s: sample }), ...env }).pipe(
        map(({ sending, because }) => [sending, ...because.sending].join(' ')),
      )
      const expected = 'n 499ms p 999ms g 11999ms n'
      expectObservable(sending$, '^ 20s !').toBe(expected, { n: '', p: 'poor loss', g: 'good' })
    }),
  )

  it(
    'follows at most one report a second, and the latest one',
    marbleTest(({ env, cold, expectObservable }) => {
      const fake = fakeClient()
      fake.become('connected')
      const told = {
        g: reports({ receiving: 'good', because: [] }),
        p: reports({ receiving: 'poor', because: ['loss'] }),
      }
      cold('gp'.repeat(900), told).subscribe((event) => fake.emit(event))
      const quality$ = quality(fake.client, { sample$: cold('s', { s: sample }), ...env }).pipe(grades)
      expectObservable(quality$, '^ 3s !').toBe('np 999ms p 999ms p', { ...shown, p: 'good poor' })
    }),
  )

  it(
    'ignores a report that is not one',
    marbleTest(({ env, cold, expectObservable }) => {
      const fake = fakeClient()
      fake.become('connected')
      const bad = [
        reports({ receiving: 'great' as 'good', because: [] }),
        reports({ receiving: 'poor', because: Array(7).fill('loss') }),
      ]
      cold('-ab', { a: bad[0], b: bad[1] }).subscribe((event) => event && fake.emit(event))
      const quality$ = quality(fake.client, { sample$: cold('s', { s: sample }), ...env }).pipe(grades)
      expectObservable(quality$, '^ 1s !').toBe('n', shown)
    }),
  )

  it(
    'names what limits the encoder of this side',
    marbleTest(({ env, expectObservable }) => {
      const { client, become } = fakeClient(() => stats(env.scheduler.now()))
      become('connected', { remoteMedia: sendsBoth })
      const because$ = quality(client, env).pipe(map(({ because }) => because.sending.join()))
      expectObservable(because$, '^ 4500ms !').toBe(
        '- 999ms - 999ms - 999ms c 999ms c'.replaceAll('- ', 'n '),
        {
          n: '',
          c: 'cpu',
        },
      )
    }),
  )

  it(
    'is reported to the other side once it is known: at each change and every 5 s',
    marbleTest(({ env, expectObservable, flush }) => {
      const fake = fakeClient(() => stats(env.scheduler.now(), 6_500))
      fake.become('connected', { remoteMedia: sendsBoth })
      const told: [number, string][] = []
      fake.client.event$.subscribe((event) => {
        if (event.type === 'action' && event.action.type === 'report-quality')
          told.push([env.scheduler.now(), event.action.report.receiving])
      })
      expectObservable(quality(fake.client, env), '^ 14500ms !')
      flush()
      expect(told).toEqual([
        [3_000, 'good'],
        [8_000, 'fair'],
        [9_000, 'poor'],
        [14_000, 'poor'],
      ])
    }),
  )

  it(
    'is reported at most once a second, whatever the samples',
    marbleTest(({ env, cold, expectObservable, flush }) => {
      const fake = fakeClient()
      fake.become('connected', { remoteMedia: sendsBoth })
      // Without averages, each sample has another grade.
      const thresholds = { windowMs: 1, betterMs: 0, settleMs: 0 }
      const flip$ = cold('lg'.repeat(2_000), { l: 2_000, g: 30 }).pipe(
        map((roundTripMs) => ({ ...sample, at: env.scheduler.now(), roundTripMs })),
      )
      expectObservable(quality(fake.client, { sample$: flip$, thresholds, ...env }), '^ 3500ms !')
      flush()
      expect(reported(fake.actions).length).toBe(4)
    }),
  )

  it(
    'measures and reports nothing after unsubscribing, and each subscriber reports by itself',
    marbleTest(({ env, cold, expectObservable, flush }) => {
      const fake = fakeClient(() => stats(env.scheduler.now()))
      fake.become('connected', { remoteMedia: sendsBoth })
      const quality$ = quality(fake.client, env)
      expectObservable(quality$, '^ 3500ms !')
      expectObservable(cold('4s |'))
      flush()
      expect(reported(fake.actions)).toHaveLength(1)
      const { length } = fake.actions
      expectObservable(cold('9s |'))
      flush()
      expect(fake.actions).toHaveLength(length)
      expectObservable(quality$, '^ 3500ms !')
      flush()
      expect(reported(fake.actions)).toHaveLength(2)
    }),
  )
})

const sample = { at: 0, receiving: { audio: { bitrate: 32_000 } }, sending: {} }
