import {
  asyncScheduler,
  concat,
  NEVER,
  Observable,
  of,
  throwError,
  map,
  timer,
  toArray,
  from,
  lastValueFrom,
  type SchedulerLike,
} from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import {
  check,
  formatCheck,
  type CheckOptions,
  type CheckStep,
  type Finding,
  type Gathered,
} from '../../src/check/index.ts'
import { checkIds } from '../../src/check/check-step.ts'
import { CallError, type SignalingEvent, type SignalingPort } from '../../src/core/index.ts'
import { fakeMedia } from '../../src/testing/index.ts'

const fine: Finding = { verdict: 'ok' }
const turn: RTCIceServer = {
  urls: ['turn:turn.example', 'turn:turn.example?transport=tcp'],
  username: 'u',
  credential: 'p',
}
const stun: RTCIceServer = { urls: 'stun:stun.example' }
const gathered = (types: readonly string[], errors: readonly number[] = []): Gathered => ({
  types,
  errors,
  isComplete: true,
})

/** A check in virtual time, of a page in which everything works; `options` changes it. */
function page(scheduler: SchedulerLike, options: CheckOptions = {}) {
  const media = fakeMedia('alice', { scheduler, id: () => '' })
  const names: string[] = []
  const signaling = (name: string): SignalingPort => {
    names.push(name)
    return {
      connect: () => concat(of<SignalingEvent>({ type: 'online', self: { user: name, party: 'p' } }), NEVER),
    }
  }
  const check$ = check({
    media,
    signaling,
    scheduler,
    iceServers: [stun, turn],
    skip: ['loopback'],
    ...options,
    probes: {
      secureContext: () => fine,
      permissions: () => of(fine),
      camera: () => of(fine),
      microphone: () => of(fine),
      speaker: () => of(fine),
      gather: ({ iceTransportPolicy }) => of(gathered([iceTransportPolicy === 'relay' ? 'relay' : 'srflx'])),
      ...options.probes,
    },
  })
  return { media, names, check$ }
}

const inVirtualTime = (
  test: (scheduler: TestScheduler, helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void,
) => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
  scheduler.run((helpers) => test(scheduler, helpers))
}

/** All steps of a check, with the time of each. */
function stepsOf(
  options: (scheduler: SchedulerLike) => CheckOptions = () => ({}),
): readonly (CheckStep & { at: number })[] {
  const steps: (CheckStep & { at: number })[] = []
  inVirtualTime((scheduler) => {
    page(scheduler, options(scheduler)).check$.subscribe((step) =>
      steps.push({ ...step, at: scheduler.now() }),
    )
    scheduler.flush()
  })
  return steps
}

/** The last verdict of each step. */
const verdicts = (steps: readonly CheckStep[]) =>
  Object.fromEntries(steps.map(({ id, verdict }) => [id, verdict]))
const found = (steps: readonly CheckStep[], id: string) => steps.findLast((step) => step.id === id)

describe('check', () => {
  it('runs the steps in order, each with its verdict, and completes', () => {
    inVirtualTime((scheduler, { expectObservable }) => {
      const { check$ } = page(scheduler, {
        probes: { camera: () => timer(10, scheduler).pipe(map(() => fine)) },
      })
      const running = (id: string) => ({ id, verdict: 'running' })
      const done = (id: string) => ({ id, verdict: 'ok' })
      const letters = 'abcdefghijklmnopqr'
      const ids = checkIds.filter((id) => id !== 'loopback')
      const values: Record<string, unknown> = {
        z: { id: 'loopback', verdict: 'skipped', advice: 'left out' },
      }
      ids.forEach((id, index) => {
        values[letters[2 * index] ?? ''] = running(id)
        values[letters[2 * index + 1] ?? ''] =
          id === 'relay' ? { ...done(id), figures: { connectMs: 0 } } : done(id)
      })
      expectObservable(check$).toBe('(abcde)---(fghijklmnopqrz|)', values)
    })
  })

  it('fails a step that takes too long or errors, and goes on', () => {
    const steps = stepsOf(() => ({
      stepMs: 3000,
      probes: {
        camera: () => NEVER,
        speaker: () => throwError(() => new Error('the device at 10.0.0.1')),
      },
    }))
    expect(found(steps, 'camera')).toEqual({
      id: 'camera',
      verdict: 'failed',
      advice: 'no result within 3 s',
      at: 3000,
    })
    expect(found(steps, 'speaker')).toMatchObject({
      verdict: 'failed',
      advice: 'it failed in an unexpected way',
    })
    expect(verdicts(steps)).toMatchObject({ microphone: 'ok', relay: 'ok', 'turn-tcp': 'ok' })
  })

  it('skips what needs a failed step, and opens nothing for it', () => {
    inVirtualTime((scheduler) => {
      const { check$, media } = page(scheduler, {
        skip: [],
        probes: {
          secureContext: () => ({ verdict: 'failed', advice: 'use https' }),
          gather: () => of(gathered([], [701])),
        },
      })
      const steps: CheckStep[] = []
      check$.subscribe((step) => steps.push(step))
      scheduler.flush()
      expect(verdicts(steps)).toEqual({
        'secure-context': 'failed',
        permissions: 'skipped',
        camera: 'skipped',
        microphone: 'skipped',
        speaker: 'ok',
        relay: 'ok',
        stun: 'warning',
        'turn-udp': 'failed',
        'turn-tcp': 'warning',
        loopback: 'skipped',
      })
      expect(media.requested).toEqual([])
    })
  })

  it('holds camera and microphone until its end, and releases them when it is cancelled', () => {
    inVirtualTime((scheduler) => {
      const { check$, media } = page(scheduler, { probes: { speaker: () => NEVER } })
      const held = check$.subscribe()
      expect(media.liveTracks()).toBe(2)
      held.unsubscribe()
      expect(media.liveTracks()).toBe(0)

      const { check$: whole, media: others } = page(scheduler)
      whole.subscribe()
      expect(others.captured).toHaveLength(2)
      expect(others.liveTracks()).toBe(0)

      const { check$: waiting, media: open } = page(scheduler, { probes: { camera: () => NEVER } })
      waiting.subscribe().unsubscribe()
      expect(open.liveTracks()).toBe(0)
    })
  })

  it('reports a refused camera with its code', () => {
    const steps = stepsOf((scheduler) => ({
      media: fakeMedia(
        'alice',
        { scheduler, id: () => '' },
        { refuse: ({ video }) => (video ? new CallError('permission-denied', 'refused') : undefined) },
      ),
    }))
    expect(found(steps, 'camera')).toMatchObject({ verdict: 'failed', advice: 'permission-denied: refused' })
    expect(verdicts(steps)).toMatchObject({ microphone: 'ok' })
  })
})

describe('the step for the relay', () => {
  it('joins under a random name, and leaves', () => {
    inVirtualTime((scheduler) => {
      const { check$, names } = page(scheduler)
      check$.subscribe()
      check$.subscribe()
      expect(names).toHaveLength(2)
      expect(new Set(names).size).toBe(2)
      expect(names.every((name) => /^check-\w+/.test(name))).toBe(true)
    })
    let isConnected = false
    stepsOf(() => ({
      signaling: () => ({
        connect: () =>
          new Observable<SignalingEvent>((subscriber) => {
            isConnected = true
            subscriber.add(() => (isConnected = false))
            subscriber.next({ type: 'online', self: { user: 'a', party: 'p' } })
          }),
      }),
    }))
    expect(isConnected).toBe(false)
  })

  it('fails with the first try that fails, and with a refusal', () => {
    const error = new CallError('relay-unreachable', 'no answer')
    const down = stepsOf(() => ({
      signaling: () => ({
        connect: () =>
          concat(from<SignalingEvent[]>([{ type: 'connecting' }, { type: 'connecting', error }]), NEVER),
      }),
    }))
    expect(found(down, 'relay')).toMatchObject({
      verdict: 'failed',
      advice: expect.stringContaining('does not answer') as unknown,
    })
    const refused = stepsOf(() => ({
      signaling: () => ({ connect: () => throwError(() => new CallError('relay-refused', 'no token')) }),
    }))
    expect(found(refused, 'relay')).toMatchObject({ verdict: 'failed', advice: 'relay-refused: no token' })
    expect(verdicts(stepsOf(() => ({ signaling: undefined })))).toMatchObject({ relay: 'skipped' })
  })
})

describe('the steps for STUN and TURN', () => {
  it('ask each transport alone, through the TURN servers alone', () => {
    const asked: RTCConfiguration[] = []
    stepsOf(() => ({
      iceServers: [stun, turn, { urls: 'turns:turn.example' }],
      probes: {
        gather: (config) => {
          asked.push(config)
          return of(gathered(['srflx', 'relay']))
        },
      },
    }))
    const { username, credential } = turn
    expect(asked).toEqual([
      { iceServers: [{ urls: ['stun:stun.example'] }] },
      { iceServers: [{ urls: ['turn:turn.example'], username, credential }], iceTransportPolicy: 'relay' },
      {
        iceServers: [
          { urls: ['turn:turn.example?transport=tcp'], username, credential },
          { urls: ['turns:turn.example'] },
        ],
        iceTransportPolicy: 'relay',
      },
    ])
  })

  it.each([
    [[401], /refuses the credentials/],
    [[701, 401], /refuses the credentials/],
    [[486], /code 486/],
    [[701], /does not answer/],
  ])('tell what the error codes %j mean', (errors, advice) => {
    const steps = stepsOf(() => ({ probes: { gather: () => of(gathered(['host'], errors)) } }))
    expect(found(steps, 'turn-udp')).toMatchObject({ verdict: 'failed' })
    expect(found(steps, 'turn-udp')?.advice).toMatch(advice)
  })

  it('tell that a server does not answer before the browser gives up', () => {
    const steps = stepsOf(() => ({
      probes: { gather: () => concat(of({ ...gathered(['host']), isComplete: false }), NEVER) },
    }))
    const advice = expect.stringContaining('does not answer') as unknown
    expect(found(steps, 'stun')).toMatchObject({ verdict: 'warning', advice, at: 8000 })
    expect(found(steps, 'turn-udp')).toMatchObject({ verdict: 'failed', advice, at: 16_000 })
    expect(found(steps, 'turn-tcp')).toMatchObject({ verdict: 'warning', advice, at: 24_000 })
  })

  it('accept a STUN server that sees the own address of the device', () => {
    const steps = stepsOf(() => ({ probes: { gather: () => of(gathered(['host'])) } }))
    expect(verdicts(steps)).toMatchObject({ stun: 'ok', 'turn-udp': 'failed' })
  })

  it.each([
    [true, 'ok'],
    [false, 'warning'],
  ])(
    'judge a STUN server without a candidate when the browser reports errors: %s',
    async (reports, verdict) => {
      /** A connection on a device that has one address. */
      class Connection extends EventTarget {
        iceGatheringState = 'new'
        constructor() {
          super()
          if (reports) Object.assign(this, { onicecandidateerror: null })
        }
        createDataChannel = () => undefined
        createOffer = async () => ({})
        close = () => undefined
        async setLocalDescription() {
          const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host' }
          this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }))
          this.iceGatheringState = 'complete'
          this.dispatchEvent(new Event('icegatheringstatechange'))
        }
      }
      const steps$ = check({
        iceServers: [stun],
        skip: checkIds.filter((id) => id !== 'stun'),
        wrtc: { RTCPeerConnection: Connection, MediaStream: Object } as unknown as CheckOptions['wrtc'],
        media: fakeMedia('alice', { scheduler: asyncScheduler, id: () => '' }),
      })
      const step = found(await lastValueFrom(steps$.pipe(toArray()), { defaultValue: [] }), 'stun')
      expect(step).toMatchObject({ verdict })
      expect(step?.advice ?? '').toMatch(reports ? /^$/ : /does not report/)
    },
  )

  it('are skipped when no server is configured', () => {
    const steps = stepsOf(() => ({ iceServers: [], skip: [] }))
    expect(verdicts(steps)).toMatchObject({
      stun: 'skipped',
      'turn-udp': 'skipped',
      'turn-tcp': 'skipped',
      loopback: 'skipped',
    })
  })
})

describe('formatCheck', () => {
  it('writes a line for each step, with its latest verdict', () => {
    const steps: CheckStep[] = [
      { id: 'camera', verdict: 'running' },
      { id: 'camera', verdict: 'ok', figures: { width: 640, height: 480 } },
      { id: 'secure-context', verdict: 'ok' },
      { id: 'relay', verdict: 'running' },
    ]
    expect(formatCheck(steps)).toBe('secure-context: ok\ncamera: ok (width 640, height 480)\nrelay: running')
  })

  it('has no addresses and no names', () => {
    const advice =
      'the relay at https://relay.example:443/x refused "alice" from 10.1.2.3:4000, [2001:db8::1]:5 and turn:turn.example?transport=udp'
    expect(formatCheck([{ id: 'relay', verdict: 'failed', advice }])).not.toMatch(
      /example|alice|10\.1|2001|db8/,
    )
  })
})

it('can be collected as a report', async () => {
  const scheduler = new TestScheduler(() => undefined)
  const { check$ } = page(scheduler)
  expect(formatCheck(await lastValueFrom(check$.pipe(toArray()), { defaultValue: [] }))).toContain(
    'turn-tcp: ok',
  )
})
