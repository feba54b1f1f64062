import { map, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { CallAction, ClientState } from '../../src/core/index.ts'
import { adaptSending, defaultSendingPolicy, type Sample, type SendingStep } from '../../src/quality/index.ts'
import { marbleTest } from '../core/support/marble-test.ts'
import { fakeClient, type FakeClient } from './support/fake-client.ts'

const policy = { poorMs: 2_000, goodMs: 4_000 }
const off = defaultSendingPolicy.steps.length
const steps = (step$: Observable<SendingStep>) =>
  step$.pipe(map(({ step, video }) => (video === 'off' ? 'off' : step)))
const shown = { a: 0, b: 1, c: 2, d: 3, o: 'off' } as const
/** A sample a second: of a line that loses half of the packets for `poorMs`, then of a clear one. */
function samplesOf(now: () => number, poorMs: number): () => Sample {
  return () => ({
    at: now(),
    receiving: {},
    sending: { audio: { loss: now() < poorMs ? 0.5 : 0 } },
  })
}
const videos = ({ actions }: FakeClient) =>
  actions.flatMap((action) => (action.type === 'media' ? [action.change] : []))

/** Adapts for 30 s. The line is poor for the first `poorMs`. */
function adapting(
  changes: Partial<ClientState>,
  then?: { readonly at: string; readonly action: CallAction },
  poorMs = 9_000,
): { fake: FakeClient; run: () => void; steps: (number | string)[] } {
  const fake = fakeClient()
  const seen: (number | string)[] = []
  const run = marbleTest(({ env, cold, expectObservable }) => {
    fake.become('connected', changes)
    const next = samplesOf(() => env.scheduler.now(), poorMs)
    const sample$ = cold('s 999ms '.repeat(30), { s: null }).pipe(map(next))
    if (then) cold(`${then.at} a`, { a: then.action }).subscribe((action) => fake.client.dispatch(action))
    const step$ = adaptSending(fake.client, { policy, sample$, ...env })
    step$.pipe(steps).subscribe((step) => seen.push(step))
    expectObservable(cold('30s |')).toBe('30s |')
  })
  return { fake, run, steps: seen }
}

describe('adaptSending', () => {
  it(
    'emits each step, limits the video by it, and lifts the limits when unsubscribed',
    marbleTest(({ env, cold, expectObservable, flush }) => {
      const fake = fakeClient()
      fake.become('connected')
      const sample$ = cold('s 999ms '.repeat(10), { s: null }).pipe(
        map(samplesOf(() => env.scheduler.now(), 9_000)),
      )
      const step$ = adaptSending(fake.client, { policy, sample$, ...env }).pipe(steps)
      expectObservable(step$, '^ 4500ms !').toBe('a 1999ms b 1999ms c', shown)
      flush()
      const limits = fake.actions.flatMap((action) =>
        action.type === 'limit-sending' ? [action.limits] : [],
      )
      expect(limits).toEqual([...defaultSendingPolicy.steps.slice(0, 3), {}])
    }),
  )

  it('turns the camera off last, and on again as it was', () => {
    const call = {
      phase: 'connected',
      callId: 'call-1',
      media: { audio: true, video: { deviceId: 'front' } },
    }
    const { fake, run, steps } = adapting({ call: call as ClientState['call'] })
    run()
    expect(steps).toEqual([0, 1, 2, 3, 'off', 3, 2, 1, 0])
    expect(videos(fake)).toEqual([{ video: false }, { video: { deviceId: 'front' } }])
  })

  it.each<[string, Partial<ClientState>]>([
    ['a muted camera', { muted: { audio: false, video: true } }],
    [
      'a shared screen',
      {
        call: {
          phase: 'connected',
          callId: 'call-1',
          media: { audio: true, video: 'screen' },
        } as ClientState['call'],
      },
    ],
    [
      'a call without video',
      {
        call: {
          phase: 'connected',
          callId: 'call-1',
          media: { audio: true, video: false },
        } as ClientState['call'],
      },
    ],
  ])('leaves %s alone', (_, changes) => {
    const { fake, run, steps } = adapting(changes)
    run()
    expect(steps).toContain(off)
    expect(steps).not.toContain('off')
    expect(videos(fake)).toEqual([])
  })

  it('leaves the camera as the user has changed it meanwhile', () => {
    const { fake, run } = adapting({}, { at: '10s', action: { type: 'media', change: { video: false } } })
    run()
    expect(videos(fake)).toEqual([{ video: false }, { video: false }])
  })

  it('limits again what the user turned on while it was off', () => {
    const { run, steps } = adapting({}, { at: '8500ms', action: { type: 'media', change: { video: true } } })
    run()
    expect(steps.slice(0, 6)).toEqual([0, 1, 2, 3, 'off', 3])
    expect(off).toBe(4)
  })

  it('turns off a muted camera once it is unmuted', () => {
    const muted = { audio: false, video: true }
    const { fake, run, steps } = adapting(
      { muted },
      { at: '8500ms', action: { type: 'mute', kind: 'video', muted: false } },
      15_000,
    )
    run()
    expect(steps.slice(0, 7)).toEqual([0, 1, 2, 3, off, 3, 'off'])
    expect(videos(fake)).toEqual([{ video: false }, { video: true }])
  })

  it('turns the camera on again, even if the user has muted it meanwhile', () => {
    const { fake, run } = adapting({}, { at: '10s', action: { type: 'mute', kind: 'video', muted: true } })
    run()
    expect(videos(fake)).toEqual([{ video: false }, { video: true }])
  })

  it('refuses a policy without steps', () => {
    expect(() => adaptSending(fakeClient().client, { policy: { steps: [] } })).toThrow(
      new RangeError('policy.steps is empty: expected at least one step'),
    )
  })

  it('never changes the sound', () => {
    const { fake, run } = adapting({})
    run()
    expect(videos(fake).every((change) => change.audio === undefined)).toBe(true)
    expect(fake.actions.every(({ type }) => ['limit-sending', 'media'].includes(type))).toBe(true)
  })
})
