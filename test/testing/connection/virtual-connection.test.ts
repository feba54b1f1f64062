import { filter, ignoreElements, map, merge, toArray, takeUntil, timer, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { RtcError, fakeStreamOf, fakeTrack, marbles, operation } from '../../../src/testing/index.ts'
import type { ConnectionEvent, MarbleTools } from '../../../src/testing/index.ts'
import { at, connectionPair, succeed, wordOf } from '../support/linked.ts'

const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)
const track = (kind: 'audio' | 'video', id: string = kind) =>
  fakeTrack(id, kind) as unknown as MediaStreamTrack
const stream = fakeStreamOf('stream', [])

type Pair = ReturnType<typeof connectionPair>
type Plan = (pair: Pair) => Readonly<Record<number, () => void>>

/** What one side told until 40 s, as `at ms: words`. */
const told = (tools: MarbleTools, events$: Observable<ConnectionEvent>, doings$: Observable<never>) =>
  merge(
    events$.pipe(map((event) => `${tools.env.scheduler.now()} ${wordOf(event)}`)),
    doings$.pipe(ignoreElements()),
  ).pipe(takeUntil(timer(60_000, tools.env.scheduler)), toArray())

const expectTold = (plan: Plan, expected: readonly string[], of: 'a$' | 'b$' = 'a$', only = /./) =>
  marbles(assertEqual, (tools) => {
    const pair = connectionPair(tools.env)
    const events$ = pair[of].pipe(filter((event) => only.test(event.type)))
    tools.expectObservable(told(tools, events$, at(tools.env, plan(pair)))).toBe('60s (x|)', { x: expected })
  })

const connected = ({ a, b, negotiate }: Pair) => ({
  0: () => {
    a.createDataChannel()
    a.addTrack(track('audio'), stream)
    negotiate(a, b)
  },
})

describe('a virtual connection', () => {
  it(
    'emits every state to the offerer, in order',
    expectTold(connected, [
      '1 signaling have-local-offer',
      '1 ice-gathering gathering',
      '2 candidate',
      '3 candidate',
      '4 ice-gathering complete',
      '4 end',
      '5 signaling stable',
      '5 ice-connection checking',
      '5 connection connecting',
      '15 ice-connection connected',
      '15 connection connected',
      '15 data-open',
    ]),
  )
})

describe('operations', () => {
  it(
    'run one after the other, each in its time',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { a } = connectionPair(env, { operationMs: 3 })
      const each$ = merge(
        operation((done) => a.createOffer(done)).pipe(map(() => 'offer')),
        operation((done) => a.setLocalDescription(undefined, done)).pipe(map(() => 'local')),
        operation((done) => a.createOffer(done)).pipe(map(() => 'again')),
      )
      expectObservable(each$).toBe('---x--y--(z|)', { x: 'offer', y: 'local', z: 'again' })
    }),
  )

  it(
    'are refused with the same errors as real ones, and change nothing',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { a } = connectionPair(env)
      const error = new RtcError('InvalidStateError', 'no answer can be made in stable')
      expectObservable(operation((done) => a.createAnswer(done))).toBe('-#', undefined, error)
    }),
  )

  it(
    'never settle after close',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { a } = connectionPair(env, { operationMs: 5 })
      const offer$ = operation((done) => a.createOffer(done))
      expectObservable(merge(offer$, at(env, { 2: () => a.close() }))).toBe('-')
    }),
  )
})

describe('negotiation-needed', () => {
  const only = /negotiation/

  it(
    'is emitted once for simultaneous changes, and again for those that an answer left open',
    expectTold(
      ({ a, b, negotiate }) => ({
        0: () => {
          a.addTrack(track('audio'), stream)
          a.addTransceiver('video')
        },
        10: () => negotiate(a, b),
        12: () => a.createDataChannel(),
      }),
      ['0 negotiation-needed', '18 negotiation-needed'],
      'a$',
      only,
    ),
  )

  it(
    'is not emitted for another track of the same kind',
    expectTold(
      (pair) => ({
        ...connected(pair),
        30: () => pair.a.replaceTrack(pair.a.transceivers[0] as never, track('audio', 'other'), succeed),
      }),
      [],
      'a$',
      only,
    ),
  )
})

describe('tracks', () => {
  it(
    'appear with the offer, and disappear with the next one',
    expectTold(
      (pair) => ({
        ...connected(pair),
        30: () => pair.a.removeTrack(pair.a.transceivers[0] as never),
        40: () => pair.negotiate(pair.a, pair.b),
      }),
      ['2 track-added audio', '42 track-removed audio'],
      'b$',
      /track/,
    ),
  )

  it(
    'of an offer that is rolled back disappear with it',
    expectTold(
      ({ a, b }) => ({
        0: () => {
          a.addTrack(track('audio'), stream)
          a.setLocalDescription(undefined, (_error, offer) => offer && b.setRemoteDescription(offer, succeed))
        },
        10: () => b.setRemoteDescription({ type: 'rollback' }, succeed),
      }),
      [
        '2 signaling have-remote-offer',
        '2 track-added audio',
        '11 signaling stable',
        '11 track-removed audio',
      ],
      'b$',
      /track|signaling/,
    ),
  )
})

describe('glare', () => {
  it(
    'is resolved when one side rolls its own offer back (implicit rollback)',
    expectTold(
      ({ a, b }) => ({
        0: () => {
          a.createDataChannel()
          b.createDataChannel()
          b.setLocalDescription(undefined, succeed)
          a.setLocalDescription(undefined, (_error, offer) => {
            if (offer)
              b.setRemoteDescription(offer, () =>
                b.setLocalDescription(
                  undefined,
                  (_refused, answer) => answer && a.setRemoteDescription(answer, succeed),
                ),
              )
          })
        },
      }),
      [
        '1 signaling have-local-offer',
        '2 signaling stable',
        '2 signaling have-remote-offer',
        '4 signaling stable',
        '15 data-open',
      ],
      'b$',
      /signaling|data/,
    ),
  )
})

describe('the path', () => {
  const only = /connection-state|data/

  it(
    'that is cut is given up after a while',
    expectTold(
      (pair) => ({ ...connected(pair), 100: () => pair.network.cut() }),
      [
        '5 ice-connection checking',
        '5 connection connecting',
        '15 ice-connection connected',
        '15 connection connected',
        '15 data-open',
        '5100 ice-connection disconnected',
        '5100 connection disconnected',
        '30100 ice-connection failed',
        '30100 connection failed',
      ],
      'a$',
      only,
    ),
  )

  it(
    'reconnects by itself if it is repaired in time',
    expectTold(
      (pair) => ({ ...connected(pair), 100: () => pair.network.cut(), 8000: () => pair.network.heal() }),
      [
        '5 ice-connection checking',
        '15 ice-connection connected',
        '5100 ice-connection disconnected',
        '8010 ice-connection connected',
      ],
      'a$',
      /ice-connection/,
    ),
  )

  it(
    'fails if the other side is closed before it is repaired',
    expectTold(
      (pair) => ({
        ...connected(pair),
        100: () => pair.network.cut(),
        8000: () => pair.network.heal(),
        8003: () => pair.b.close(),
      }),
      [
        '5 ice-connection checking',
        '15 ice-connection connected',
        '5100 ice-connection disconnected',
        '33010 ice-connection failed',
      ],
      'a$',
      /ice-connection/,
    ),
  )

  it(
    'recovers only by a restart after it has failed',
    expectTold(
      (pair) => ({
        ...connected(pair),
        100: () => pair.network.fail(),
        200: () => pair.negotiate(pair.a, pair.b),
        300: () => {
          pair.a.restartIce()
          pair.negotiate(pair.a, pair.b)
        },
      }),
      [
        '4 ice-connection checking',
        '15 ice-connection connected',
        '100 ice-connection disconnected',
        '110 ice-connection failed',
        '304 ice-connection checking',
        '315 ice-connection connected',
      ],
      'b$',
      /ice-connection/,
    ),
  )

  it(
    'to nobody fails after the checks',
    expectTold(
      (pair) => ({ ...connected(pair), 2: () => pair.network.cut() }),
      ['4 ice-connection checking', '30004 ice-connection failed'],
      'a$',
      /ice-connection/,
    ),
  )

  it(
    'is given up when the side that gave it up closes',
    expectTold(
      (pair) => ({ ...connected(pair), 5: () => pair.network.fail(), 100: () => pair.b.close() }),
      [
        '5 ice-connection disconnected',
        '5 ice-connection checking',
        '15 ice-connection connected',
        '5105 ice-connection disconnected',
        '30105 ice-connection failed',
      ],
      'a$',
      /ice-connection/,
    ),
  )

  it(
    'ends silently for the side that closes, and by the data channel for the other',
    expectTold(
      (pair) => ({ ...connected(pair), 100: () => pair.a.close() }),
      ['15 data-open', '105 data-closed'],
      'b$',
      /data/,
    ),
  )

  it(
    'ends silently for the side that closes',
    expectTold(
      (pair) => ({ ...connected(pair), 7: () => pair.a.close() }),
      ['5 connection connecting'],
      'a$',
      /^connection/,
    ),
  )
})

describe('candidates', () => {
  it(
    'of an old generation are refused',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const pair = connectionPair(env)
      const old: ConnectionEvent[] = []
      pair.a$.subscribe((event) => {
        if (event.type === 'candidate') old.push(event)
      })
      const first = () => {
        const [event] = old
        if (event?.type !== 'candidate') throw new Error('no candidate was made')
        return event.candidate
      }
      const late$ = timer(100, env.scheduler).pipe(
        map(() => {
          const refused: unknown[] = []
          pair.b.addIceCandidate(first(), (error) => refused.push(error))
          return refused
        }),
      )
      const doings$ = at(env, {
        ...connected(pair),
        50: () => {
          pair.a.restartIce()
          pair.negotiate(pair.a, pair.b)
        },
      })
      expectObservable(merge(late$, doings$)).toBe('100ms (x|)', {
        x: [new RtcError('OperationError', 'the candidate is of another generation')],
      })
    }),
  )
})
