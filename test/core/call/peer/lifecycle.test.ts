import { concat, ignoreElements, map, merge, NEVER, of, throwError, type Observable } from 'rxjs'
import { describe, it } from 'vitest'
import { peerLifecycle } from '../../../../src/core/call/peer/lifecycle.ts'
import {
  CallError,
  type PeerCommand,
  type PeerEvent,
  type PeerOptions,
  type PeerPort,
} from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'
import { errorOf } from '../../support/errors.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { peerEvents } from '../../support/outputs.ts'

const s = fakeStream('audio+video', ['audio', 'video'])
const t = fakeStream('audio', ['audio'])
const both = { audio: true, video: true }
const medias = { s: both, t: { audio: true, video: false }, n: { audio: false, video: true } }
const events = { o: peerEvents.offer, c: peerEvents.connected }
const commandValues: Record<string, PeerCommand> = { r: { type: 'renegotiate' } }
/** The stream that is already captured. */
const captured = { stream$: concat(of(s), NEVER) }
const out = {
  O: { type: 'peer-opened', role: 'offerer' },
  o: { type: 'peer', event: peerEvents.offer },
  c: { type: 'peer', event: peerEvents.connected },
  u: { type: 'peer-closed' },
  F: { type: 'peer-closed', error: errorOf('connection-failed') },
  N: { type: 'peer-closed', error: errorOf('negotiation-failed') },
}

/** A peer port that opens the given connection for each stream. It subscribes to the commands, as a real one does. */
function peerPort(connections: Map<MediaStream | null, Observable<PeerEvent>>): PeerPort {
  return {
    open: ({ stream }, command$) => {
      const connection$ = connections.get(stream)
      if (!connection$) throw new Error('no connection was foreseen for this stream')
      return merge(connection$, command$.pipe(ignoreElements()))
    },
  }
}

describe('peerLifecycle', () => {
  it(
    'opens the peer connection when the media to send is known, and emits its events',
    marbleTest(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const media$ = hot('     --s--------', medias)
      const connection$ = cold('  -o---c---', events)
      const command$ = cold('     ---------', commandValues)
      const expected = '        --Oo---c---'
      const open = '            --^--------'
      const port = peerPort(new Map([[s, connection$]]))
      expectObservable(peerLifecycle({ ...captured, media$, command$, role: 'offerer' }, port)).toBe(
        expected,
        out,
      )
      expectSubscriptions(connection$.subscriptions).toBe(open)
      expectSubscriptions(command$.subscriptions).toBe(open)
    }),
  )

  it(
    'reports an error that does not end the connection as an error of the client',
    marbleTest(({ cold, hot, expectObservable }) => {
      const error = new CallError('invalid-ice-server', 'an ICE server is left out')
      const media$ = hot('      --s--------', medias)
      const connection$ = cold('  -e--o----', { ...events, e: { type: 'error', error } as const })
      const expected = '        --OE--o----'
      const port = peerPort(new Map([[s, connection$]]))
      const source$ = peerLifecycle(
        { ...captured, media$, command$: hot<PeerCommand>('---'), role: 'offerer' },
        port,
      )
      expectObservable(source$).toBe(expected, { ...out, E: { type: 'error', error } })
    }),
  )

  it(
    'opens with the existing tracks, and announces later ones',
    marbleTest(({ cold, hot, expectObservable }) => {
      const stream$ = cold('    n---t------', { n: null, t })
      const media$ = hot('      --s--------', medias)
      const later$ = hot('      ------s----', medias)
      const port: PeerPort = { open: (data) => concat(of({ type: 'data', data } as const), NEVER) }
      const sources = { stream$, command$: NEVER, role: 'offerer' } as const
      const opening = (stream: MediaStream | null) => ({
        type: 'peer',
        event: { type: 'data', data: { role: 'offerer', stream, sends: ['audio', 'video'] } },
      })
      expectObservable(peerLifecycle({ ...sources, media$ }, port)).toBe('--(XO)', {
        ...out,
        X: opening(null),
      })
      expectObservable(peerLifecycle({ ...sources, media$: later$ }, port)).toBe('------(XO)', {
        ...out,
        X: opening(t),
      })
    }),
  )

  it(
    'passes role, stream and commands to the port',
    marbleTest(({ hot, expectObservable }) => {
      const media$ = hot('     -n---------', medias)
      const command$ = hot('    -----r-----', commandValues)
      const expected = '        -(XO)r-----'
      const options: PeerOptions = { role: 'answerer', stream: s, sends: ['video'] }
      const echo: PeerPort = {
        open: (options, command$) =>
          merge(of(options), command$).pipe(map((data) => ({ type: 'data', data }))),
      }
      expectObservable(peerLifecycle({ ...captured, media$, command$, role: 'answerer' }, echo)).toBe(
        expected,
        {
          O: { type: 'peer-opened', role: 'answerer' },
          X: { type: 'peer', event: { type: 'data', data: options } },
          r: { type: 'peer', event: { type: 'data', data: commandValues['r'] } },
        },
      )
    }),
  )

  it(
    'reports that the other side closed it in an orderly way',
    marbleTest(({ cold, hot, expectObservable, expectReleased }) => {
      const media$ = hot('     -s------', medias)
      const connection$ = cold(' -c--|  ', events)
      const expected = '        -Oc--(u|)'
      const closed = '          -----!  '
      const port: PeerPort = { open: () => connection$ }
      expectObservable(
        peerLifecycle({ ...captured, media$, command$: cold('-'), role: 'offerer' }, port),
      ).toBe(expected, out)
      expectReleased(connection$).by(closed)
    }),
  )

  it(
    'reports why it broke, as a CallError, whatever was thrown',
    marbleTest(({ cold, hot, expectObservable }) => {
      const media$ = hot('     -s------', medias)
      const thrown$ = cold('     -c--#  ', events, new TypeError('from below'))
      const refused$ = cold('    -c--#  ', events, new CallError('negotiation-failed', 'bad description'))
      const expected = '        -Oc--(F|)'
      const expectedRefused = ' -Oc--(N|)'
      const command$ = cold('-', commandValues)
      expectObservable(
        peerLifecycle({ ...captured, media$, command$, role: 'offerer' }, { open: () => thrown$ }),
      ).toBe(expected, out)
      expectObservable(
        peerLifecycle({ ...captured, media$, command$, role: 'offerer' }, { open: () => refused$ }),
      ).toBe(expectedRefused, out)
    }),
  )

  it(
    'treats a port that throws as one that failed',
    marbleTest(({ cold, hot, expectObservable }) => {
      const media$ = hot('     -s--', medias)
      const port: PeerPort = {
        open: () => {
          throw new TypeError('no WebRTC here')
        },
      }
      expectObservable(
        peerLifecycle({ ...captured, media$, command$: cold('-'), role: 'offerer' }, port),
      ).toBe('-(F|)', out)
    }),
  )

  it(
    'opens only one connection, whatever is sent later',
    marbleTest(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const media$ = hot('     -s-----t----', medias)
      const connection$ = cold(' -o---c---c-', events)
      const expected = '        -Oo---c---c-'
      const open = '            -^----------'
      const port = peerPort(new Map([[s, connection$]]))
      expectObservable(
        peerLifecycle({ ...captured, media$, command$: cold('-'), role: 'offerer' }, port),
      ).toBe(expected, out)
      expectSubscriptions(connection$.subscriptions).toBe(open)
      expectSubscriptions(media$.subscriptions).toBe('^!')
    }),
  )

  it(
    'opens nothing before the media is known, and errors when its source errors',
    marbleTest(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const connection$ = cold('-o', events)
      const port: PeerPort = { open: () => connection$ }
      const role = 'offerer'
      expectObservable(
        peerLifecycle({ ...captured, media$: hot('---|', medias), command$: cold('-'), role }, port),
      ).toBe('---|')
      expectObservable(
        peerLifecycle({ ...captured, media$: throwError(() => 'error'), command$: cold('-'), role }, port),
      ).toBe('#')
      expectSubscriptions(connection$.subscriptions).toBe([])
    }),
  )

  it(
    'closes the peer connection when unsubscribed',
    marbleTest(({ cold, expectObservable, expectReleased }) => {
      const media$ = cold('    -s------', medias)
      const connection$ = cold(' -o----c', events)
      const command$ = cold('    -------', commandValues)
      const leave = '           ----!   '
      const expected = '        -Oo--   '
      const port = peerPort(new Map([[s, connection$]]))
      expectObservable(peerLifecycle({ ...captured, media$, command$, role: 'offerer' }, port), leave).toBe(
        expected,
        out,
      )
      expectReleased(media$).by('-!')
      expectReleased(connection$, command$).by(leave)
    }),
  )
})
