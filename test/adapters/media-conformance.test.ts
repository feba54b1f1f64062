import {
  asapScheduler,
  catchError,
  combineLatest,
  defer,
  distinctUntilChanged,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  Observable,
  subscribeOn,
  tap,
  throwError,
} from 'rxjs'
import { describe, expect, it } from 'vitest'
import { createMirror } from '../../examples/echo/mirror.js'
import { browserMedia } from '../../src/adapters/browser-media.ts'
import { CallError, type MediaPort } from '../../src/core/index.ts'
import { mediaCases, type MediaRefusal, type MediaWorld } from '../../src/testing/index.ts'
import { fakeMediaStreamClass, type FakeMediaDevices } from './support/fake-media-devices.ts'
import { pageWorld, sharedWorld, transformedWorld, virtualWorld } from './support/media-worlds.ts'

/** Has no handles, because nothing can happen to its devices. */
const mirrorWorld = (): MediaWorld => ({ port: createMirror().media })

const withoutPermission = ['lists the devices again when a capture grants the permission to list them']

/** Our ports, and the rules that cannot run because their worlds lack a handle. */
const ports: Readonly<Record<string, { newWorld: () => MediaWorld; skipped: readonly string[] }>> = {
  browserMedia: { newWorld: pageWorld, skipped: [] },
  fakeMedia: {
    newWorld: virtualWorld,
    skipped: withoutPermission,
  },
  'sharedMedia of browserMedia': { newWorld: () => sharedWorld(pageWorld()), skipped: [] },
  'sharedMedia of fakeMedia': { newWorld: () => sharedWorld(virtualWorld()), skipped: withoutPermission },
  'transformedMedia of browserMedia': { newWorld: () => transformedWorld(pageWorld()), skipped: [] },
  'the port of the Echo example': {
    newWorld: mirrorWorld,
    skipped: mediaCases.filter(({ needs }) => needs.length > 0).map(({ name }) => name),
  },
}

describe.each(Object.entries(ports))('%s', (_, { newWorld, skipped }) => {
  it.each(mediaCases.filter(({ name }) => !skipped.includes(name)))('$name', ({ run }) => run(newWorld()))

  it('skips the rules whose handles its world lacks, with the reason', async () => {
    const reasons = mediaCases.map(({ name, needs, skipReason }) => ({
      name,
      needs,
      reason: skipReason(newWorld()),
    }))
    const left = reasons.filter(({ reason }) => reason !== null)
    expect(left.map(({ name }) => name)).toEqual(skipped)
    for (const { needs, reason } of left) expect(reason).toContain(needs.join(', '))
  })
})

it('a rule that is run without its handles rejects with their names', async () => {
  const refused = mediaCases.find(({ needs }) => needs.includes('refuse.no-device'))
  await expect(refused?.run(mirrorWorld())).rejects.toThrow('lacks refuse.no-device')
})

/** What a faulty port does in another way than `port`, which `mediaDevices` are behind. */
type Fault = (port: MediaPort, mediaDevices: FakeMediaDevices) => Partial<MediaPort>

/** Ports that break one rule each. */
const faulty: Readonly<Record<string, Fault>> = {
  'requests devices synchronously on subscribing, and not before': capturing((stream$) =>
    stream$.pipe(subscribeOn(asapScheduler)),
  ),
  'emits one stream with a live track of each requested kind': (port) => ({
    capture: (request) => port.capture(request.video === 'screen' ? request : { audio: true, video: true }),
  }),
  'captures a screen as a single video track': (port) => ({
    capture: (request) =>
      request.video === 'screen'
        ? combineLatest([port.capture(request), port.capture({ audio: true, video: false })]).pipe(
            map((streams) => port.stream(streams.flatMap((stream) => stream.getTracks()))),
          )
        : port.capture(request),
  }),
  'stops every track on unsubscribing': capturing(releasedOnly('before its grant')),
  'stops tracks at once if they are granted after unsubscribing': capturing(releasedOnly('after its grant')),
  'emits a new stream of the remaining tracks when a track ends by itself': capturing((stream$) =>
    defer(() => {
      let first: MediaStream | undefined
      return stream$.pipe(filter((stream) => stream === (first ??= stream)))
    }),
  ),
  'emits the stream again when the system mutes or unmutes a track': capturing((stream$) =>
    stream$.pipe(distinctUntilChanged()),
  ),
  ...wrongCodeFor('no-device'),
  ...wrongCodeFor('permission-denied'),
  ...wrongCodeFor('device-in-use'),
  ...wrongCodeFor('screen-refused'),
  ...wrongCodeFor('capture-failed'),
  'makes a stream of tracks, and opens and stops nothing': (port) => ({
    stream: (tracks) => {
      for (const track of tracks) track.stop()
      return port.stream(tracks)
    },
  }),
  'lists the devices on subscribing': ({ devices$ }) => ({
    devices$: devices$.pipe(filter((devices, index) => index > 0 || devices.length === 0)),
  }),
  'lists the devices again when one is added or removed': (_, mediaDevices) =>
    browserMedia({
      MediaStream: fakeMediaStreamClass,
      // It lacks addEventListener.
      mediaDevices: {
        getUserMedia: (constraints) => mediaDevices.getUserMedia(constraints),
        getDisplayMedia: () => mediaDevices.getDisplayMedia(),
        enumerateDevices: () => mediaDevices.enumerateDevices(),
      },
    }),
  'lists the devices again when a capture grants the permission to list them': (_, mediaDevices) => ({
    devices$: browserMedia({ mediaDevices }).devices$,
  }),
  'lists no devices, without an error, when the platform cannot list them': ({ devices$ }, mediaDevices) => ({
    devices$: merge(devices$, defer(() => mediaDevices.enumerateDevices()).pipe(ignoreElements())),
  }),
  'keeps two captures independent': (port) => {
    const open = new Set<MediaStreamTrack>()
    return {
      capture: (request) =>
        port.capture(request).pipe(
          tap((stream) => stream.getTracks().forEach((track) => open.add(track))),
          finalize(() => open.forEach((track) => track.stop())),
        ),
    }
  },
}

describe.concurrent('the media suite finds the port that breaks just this rule', () => {
  it('has a faulty port for every rule', () => {
    expect(Object.keys(faulty)).toEqual(mediaCases.map(({ name }) => name))
  })

  it.each(Object.entries(faulty))('%s', async (broken, fault) => {
    const results = mediaCases.map(async ({ name, run }) => {
      const { mediaDevices, port, ...world } = pageWorld()
      const faultyPort = { ...port, ...fault(port, mediaDevices) }
      const isHeld = await run({ ...world, port: faultyPort }, { patienceMs: 1_000 }).then(
        () => true,
        () => false,
      )
      return isHeld ? [] : [name]
    })
    expect((await Promise.all(results)).flat()).toEqual([broken])
  })
})

function capturing(change: (stream$: Observable<MediaStream>) => Observable<MediaStream>): Fault {
  return (port) => ({ capture: (request) => change(port.capture(request)) })
}

/** Unsubscribes from a capture only if that happens at this time, and leaves it open otherwise. */
function releasedOnly(when: 'before its grant' | 'after its grant') {
  return (stream$: Observable<MediaStream>) =>
    new Observable<MediaStream>((subscriber) => {
      let isGranted = false
      const held = stream$.subscribe({
        next: (stream) => {
          isGranted = true
          subscriber.next(stream)
        },
        error: (thrown: unknown) => subscriber.error(thrown),
      })
      return () => {
        if (isGranted === (when === 'after its grant')) held.unsubscribe()
      }
    })
}

/** A port that reports the refusal of this code as something else, and the rule that notices. */
function wrongCodeFor(code: MediaRefusal): Readonly<Record<string, Fault>> {
  const unlike = (thrown: unknown) =>
    CallError.is(thrown) && thrown.code === code ? new Error('it did not work') : thrown
  return {
    [`errors with ${code} when a capture fails for that reason`]: capturing((stream$) =>
      stream$.pipe(catchError((thrown: unknown) => throwError(() => unlike(thrown)))),
    ),
  }
}
