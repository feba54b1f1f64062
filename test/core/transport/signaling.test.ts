import { concatMap, ignoreElements, merge } from 'rxjs'
import { describe, it } from 'vitest'
import { CallError, type SignalingEvent, type SignalingPort } from '../../../src/core/index.ts'
import { signaling } from '../../../src/core/transport/signaling.ts'
import { errorOf } from '../support/errors.ts'
import { marbleTest } from '../support/marble-test.ts'
import { incoming, outgoing } from '../support/messages.ts'
import { alice } from '../support/parties.ts'

const lost = new CallError('relay-unreachable', 'no answer')
const unreachable = new CallError('unreachable', 'nobody')
const invite = outgoing('invite', { media: { audio: true, video: true } })
const ringing = incoming('ringing', {})
const told: Record<string, SignalingEvent> = {
  c: { type: 'connecting' },
  n: { type: 'connecting', user: 'alice' },
  l: { type: 'connecting', error: lost },
  o: { type: 'online', self: alice },
  f: { type: 'online', self: alice, features: ['captions'] },
  r: { type: 'roster', users: ['bob', 'carol'] },
  m: { type: 'message', message: ringing },
  g: { type: 'message', message: { ...ringing, from: undefined } },
  x: { type: 'refused', message: invite, error: unreachable },
}
const out = {
  c: { type: 'connection', connection: { status: 'connecting' } },
  n: { type: 'connection', connection: { status: 'connecting', user: 'alice' } },
  l: { type: 'connection', connection: { status: 'connecting', error: lost } },
  o: { type: 'connection', connection: { status: 'online', self: alice } },
  f: { type: 'connection', connection: { status: 'online', self: alice, features: ['captions'] } },
  r: { type: 'roster', users: ['bob', 'carol'] },
  m: { type: 'arrived', message: ringing },
  g: { type: 'error', error: errorOf('invalid-message') },
  x: { type: 'refused', message: invite, error: unreachable },
}

describe('signaling', () => {
  it(
    'emits the connection, the roster, messages and refusals',
    marbleTest(({ cold, expectObservable }) => {
      const relay$ = cold('     cno-r-m-x-l-f-', told)
      const expected = '        cno-r-m-x-l-f-'
      expectObservable(signaling({ send$: cold('-') }, { connect: () => relay$ })).toBe(expected, out)
    }),
  )

  it(
    'drops invalid messages, reports them, and continues',
    marbleTest(({ cold, expectObservable }) => {
      const relay$ = cold('     -g-m-', told)
      const expected = '        -g-m-'
      expectObservable(signaling({ send$: cold('-') }, { connect: () => relay$ })).toBe(expected, out)
    }),
  )

  it(
    'reports few of many dropped messages, and passes on every valid one',
    marbleTest(({ cold, expectObservable }) => {
      const relay$ = cold('     m-g------m', told).pipe(
        concatMap((event) => (event === told.g ? Array<SignalingEvent>(1_000).fill(event) : [event])),
      )
      const expected = '        m-(gggg)-m'
      expectObservable(signaling({ send$: cold('-') }, { connect: () => relay$ })).toBe(expected, out)
    }),
  )

  it(
    'passes outgoing messages to the relay',
    marbleTest(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const send$ = cold('      --s---', { s: invite })
      const relay$ = hot('      -c--o-', told)
      const expected = '        -c--o-'
      const port: SignalingPort = { connect: (outgoing$) => merge(relay$, outgoing$.pipe(ignoreElements())) }
      expectObservable(signaling({ send$ }, port)).toBe(expected, out)
      expectSubscriptions(send$.subscriptions).toBe('^-----')
    }),
  )

  it.each([
    ['the reason of the relay', new CallError('name-taken', 'alice is here'), errorOf('name-taken')],
    ['any other failure', new TypeError('broken'), errorOf('relay-refused')],
  ])('reports %s as refused permanently', (_, thrown, error) => {
    marbleTest(({ cold, expectObservable, expectReleased }) => {
      const relay$ = cold('     c-#   ', told, thrown)
      const expected = '        c-(R|)'
      const connected = '       ^-!   '
      const refused = { type: 'connection', connection: { status: 'refused', error } }
      expectObservable(signaling({ send$: cold('-') }, { connect: () => relay$ })).toBe(expected, {
        ...out,
        R: refused,
      })
      expectReleased(relay$).by(connected)
    })()
  })

  it(
    'treats a port that throws as one that refuses',
    marbleTest(({ cold, expectObservable }) => {
      const port: SignalingPort = {
        connect: () => {
          throw new TypeError('no network here')
        },
      }
      const refused = {
        type: 'connection',
        connection: { status: 'refused', error: errorOf('relay-refused') },
      }
      expectObservable(signaling({ send$: cold('-') }, port)).toBe('(R|)', { R: refused })
    }),
  )

  it(
    'connects for each subscriber, and leaves the relay when unsubscribed',
    marbleTest(({ cold, expectObservable, expectReleased }) => {
      const relay$ = cold('     c-o----r', told)
      const leave = '           ----!   '
      const expected = '        c-o--   '
      const connected = '       ^---!   '
      expectObservable(signaling({ send$: cold('-') }, { connect: () => relay$ }), leave).toBe(expected, out)
      expectReleased(relay$).by(connected)
    }),
  )
})
