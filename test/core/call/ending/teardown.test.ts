import { BehaviorSubject, NEVER, startWith, type Observable } from 'rxjs'
import { describe, it } from 'vitest'
import type { CallState } from '../../../../src/core/call/state.ts'
import { teardown, type TeardownSources } from '../../../../src/core/call/ending/teardown.ts'
import { CallError, type CallAction, type EndReason, type PeerEvent } from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'
import { errorOf } from '../../support/errors.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { mediaTrack } from '../../support/media.ts'
import { incoming, outgoing } from '../../support/messages.ts'
import { peerEvents, sends } from '../../support/outputs.ts'
import { bob, bobsPhone } from '../../support/parties.ts'
import { sleeping } from '../../support/sleeping.ts'
import {
  accepted,
  alerting,
  capturing,
  connected,
  connecting,
  inviting,
  reconnecting,
  ringing,
} from '../../support/states.ts'

const states = {
  c: capturing,
  i: inviting,
  a: alerting,
  r: ringing,
  k: accepted,
  q: connecting,
  y: connected,
  z: reconnecting,
}
const actions = {
  h: { type: 'hang-up' },
  d: { type: 'decline' },
  x: { type: 'close' },
  s: { type: 'send', text: 'hi' },
} as const satisfies Record<string, CallAction>

/** A call of which nothing ends; a test puts in what is to happen. */
const quiet = (state: CallState): TeardownSources => ({
  action$: NEVER,
  message$: NEVER,
  peer$: NEVER,
  opened$: NEVER,
  state$: new BehaviorSubject(state),
  peerClosed$: NEVER,
  recoveryFailed$: NEVER,
  captureError$: NEVER,
  refused$: NEVER,
  ringMs: 20,
  settings: { connectMs: 30, closeGraceMs: 10, settleMs: 8, trackGraceMs: 5 },
})
const ended = (reason: EndReason, by: 'local' | 'remote', error?: unknown) => ({
  type: 'ended',
  reason,
  by,
  ...(error !== undefined && { error }),
})
const cancel = (reason: 'cancelled' | 'no-answer') => sends({ type: 'cancel', body: { reason } })
const hangUp = (reason: 'hung-up' | 'cancelled' | 'media-error' | 'failed') =>
  sends({ type: 'hang-up', body: { reason } })
const decline = sends({ type: 'decline', body: {} })
const gone = sends({ type: 'gone', body: {} })

describe('teardown: the user', () => {
  it.each<[string, CallState, keyof typeof actions, unknown[]]>([
    ['gives up before the camera is there', capturing, 'h', [ended('cancelled', 'local')]],
    ['cancels an unanswered call', inviting, 'h', [cancel('cancelled'), ended('cancelled', 'local')]],
    [
      'cancels a call that rings over there',
      alerting,
      'h',
      [cancel('cancelled'), ended('cancelled', 'local')],
    ],
    ['leaves while calling', alerting, 'x', [cancel('cancelled'), ended('cancelled', 'local')]],
    ['declines', ringing, 'd', [decline, ended('declined', 'local')]],
    ['hangs up on what rings', ringing, 'h', [decline, ended('declined', 'local')]],
    ['leaves while it rings', ringing, 'x', [gone, ended('hung-up', 'local')]],
    ['hangs up an accepted call', accepted, 'h', [hangUp('hung-up'), ended('hung-up', 'local')]],
    ['hangs up a connecting call', connecting, 'h', [hangUp('hung-up'), ended('hung-up', 'local')]],
    ['hangs up', connected, 'h', [hangUp('hung-up'), ended('hung-up', 'local')]],
    ['hangs up in an interruption', reconnecting, 'h', [hangUp('hung-up'), ended('hung-up', 'local')]],
    ['leaves in the middle of the call', connected, 'x', [hangUp('hung-up'), ended('hung-up', 'local')]],
  ])('%s', (_, state, action, outputs) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const action$ = hot(`     ---${action}---`, actions)
      const expected = outputs.length === 1 ? '---(a|)' : '---(ab|)'
      expectObservable(teardown({ ...quiet(state), action$ }, env)).toBe(expected, {
        a: outputs[0],
        b: outputs[1],
      })
    })()
  })

  it(
    'declines nothing that does not ring, and ends nothing by other actions',
    marbleTest(({ hot, env, expectObservable }) => {
      const action$ = hot('     -d-s---', actions)
      const expected = '        -------'
      expectObservable(teardown({ ...quiet(connected), action$ }, env)).toBe(expected)
      expectObservable(teardown({ ...quiet(capturing), action$ }, env)).toBe(expected)
    }),
  )
})

describe('teardown: the other side', () => {
  const failed = errorOf('connection-failed')
  it.each([
    ['declines after all', incoming('decline', {}), connecting, ended('declined', 'remote')],
    ['is busy after all', incoming('busy', {}), connecting, ended('busy', 'remote')],
    ['knows no such call any more', incoming('gone', {}), connected, ended('hung-up', 'remote')],
    ['rings for a call that is gone', incoming('gone', {}), ringing, ended('cancelled', 'remote')],
    ['cancels', incoming('cancel', { reason: 'cancelled' }), ringing, ended('cancelled', 'remote')],
    ['gives up waiting', incoming('cancel', { reason: 'no-answer' }), ringing, ended('no-answer', 'remote')],
    [
      'is answered elsewhere',
      incoming('cancel', { reason: 'answered-elsewhere' }),
      accepted,
      ended('answered-elsewhere', 'remote'),
    ],
    ['hangs up', incoming('hang-up', { reason: 'hung-up' }), connected, ended('hung-up', 'remote')],
    [
      'refuses the camera',
      incoming('hang-up', { reason: 'cancelled' }),
      connecting,
      ended('cancelled', 'remote'),
    ],
    [
      'has no camera',
      incoming('hang-up', { reason: 'media-error' }),
      connecting,
      ended('media-error', 'remote', errorOf('remote-media-failed')),
    ],
    [
      'lost the connection',
      incoming('hang-up', { reason: 'failed' }),
      connected,
      ended('failed', 'remote', failed),
    ],
  ])('%s, and is told nothing, for it knows', (_, message, state, end) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    ---m---', { m: message })
      const expected = '        ---(e|)'
      expectObservable(teardown({ ...quiet(state), message$ }, env)).toBe(expected, { e: end })
    })()
  })

  it(
    'ends nothing by any other message',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    -raosc-', {
        r: incoming('ringing', {}),
        a: incoming('accept', {}),
        o: incoming('offer', { sdp: 'sdp' }),
        s: incoming('select', {}),
        c: incoming('candidates', { list: [], end: true }),
      })
      const expected = '        -------'
      expectObservable(teardown({ ...quiet(connected), message$ }, env)).toBe(expected)
    }),
  )

  it(
    'is not there, or cannot be called, where the relay does not take the invite',
    marbleTest(({ hot, env, expectObservable }) => {
      const message = outgoing('invite', { media: { audio: true, video: true } }, { ttlMs: 20 })
      const unreachable$ = hot('---u---', { u: { message, error: new CallError('unreachable', 'nobody') } })
      const refused$ = hot('    ---r---', {
        r: { message, error: new CallError('relay-refused', 'too many') },
      })
      const expected = '        ---(e|)'
      expectObservable(teardown({ ...quiet(inviting), refused$: unreachable$ }, env)).toBe(expected, {
        e: ended('unreachable', 'remote', errorOf('unreachable')),
      })
      expectObservable(teardown({ ...quiet(inviting), refused$ }, env)).toBe(expected, {
        e: ended('failed', 'remote', errorOf('relay-refused')),
      })
    }),
  )

  it(
    'goes on ringing where nobody is there for an invite that is sent again: somebody may ring, and be away for a moment',
    marbleTest(({ hot, env, expectObservable }) => {
      const message = outgoing('invite', { media: { audio: true, video: true } }, { ttlMs: 19 })
      const refused$ = hot('    ---u---', { u: { message, error: new CallError('unreachable', 'nobody') } })
      const expected = '        -------'
      expectObservable(teardown({ ...quiet(inviting), refused$ }, env), '------!').toBe(expected)
    }),
  )

  it(
    'keeps the call where the relay does not take another message: media may flow without it',
    marbleTest(({ hot, env, expectObservable }) => {
      const message = outgoing('offer', { sdp: 'sdp' })
      const refused$ = hot('    ---u---', { u: { message, error: new CallError('unreachable', 'nobody') } })
      const expected = '        -------'
      expectObservable(teardown({ ...quiet(connected), refused$ }, env)).toBe(expected)
    }),
  )
})

describe('teardown: the devices of the callee', () => {
  const elsewhere = sends({
    type: 'cancel',
    body: { reason: 'answered-elsewhere' },
    toOthersThan: bob.party,
  })
  const phone = { from: bobsPhone }
  const received = {
    r: incoming('ringing', {}),
    R: incoming('ringing', {}, phone),
    b: incoming('busy', {}),
    B: incoming('busy', {}, phone),
    g: incoming('gone', {}),
    G: incoming('gone', {}, phone),
    d: incoming('decline', {}),
  }
  const busy = ended('busy', 'remote')
  const away = ended('unreachable', 'remote')

  it(
    'decline all together: one says no, and the others ring no more',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    -rR--d----', received)
      const expected = '        -----(ab|)'
      expectObservable(teardown({ ...quiet(alerting), message$ }, env)).toBe(expected, {
        a: elsewhere,
        b: ended('declined', 'remote'),
      })
    }),
  )

  it.each([
    ['the only one is busy', '          -b            ', '         8ms -(e|)', busy],
    ['the only one that rang is gone', '-r--g         ', '     3ms 8ms -(e|)', away],
    ['all of them are busy or gone', '  -rR-b---G    ', '   7ms 8ms -(e|)', away],
    ['the last word is that of one who is busy', '-g--B', '    3ms 8ms -(e|)', busy],
  ])('refuse the call where %s', (_, messages, expected, end) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot(messages.trim(), received)
      expectObservable(teardown({ ...quiet(inviting), message$ }, env)).toBe(expected.trim(), { e: end })
    })()
  })

  it.each([
    ['another one rings', '                 -rRb----'],
    ['another one begins to ring in time', '-b------R'],
    ['the very one rings again in time', '  -g------r'],
  ])('keep the call alive where %s', (_, messages) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot(messages.trim(), received)
      const sources = { ...quiet(inviting), message$, ringMs: 1000 }
      expectObservable(teardown(sources, env), '100ms !').toBe('100ms -')
    })()
  })

  it(
    'refuse nothing any more once one of them has answered',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    -b--------', received)
      const state$ = hot('      i---q--y--', states).pipe(startWith(inviting))
      expectObservable(teardown({ ...quiet(inviting), message$, state$ }, env), '100ms !').toBe('100ms -')
    }),
  )

  it(
    'may be there, though the relay reached nobody, once one of them rings',
    marbleTest(({ hot, env, expectObservable }) => {
      const message = outgoing('invite', { media: { audio: true, video: true } })
      const refused$ = hot('    -u---', { u: { message, error: new CallError('unreachable', 'nobody') } })
      const sources = { ...quiet(alerting), refused$, ringMs: 1000 }
      expectObservable(teardown(sources, env), '10ms !').toBe('-----')
    }),
  )
})

describe('teardown: camera and microphone', () => {
  it.each<[string, CallState, CallError, unknown[]]>([
    [
      'a caller who refuses them has called nobody',
      capturing,
      new CallError('permission-denied', 'no'),
      [ended('cancelled', 'local', errorOf('permission-denied'))],
    ],
    [
      'a callee who refuses them cancels',
      accepted,
      new CallError('permission-denied', 'no'),
      [hangUp('cancelled'), ended('cancelled', 'local', errorOf('permission-denied'))],
    ],
    [
      'a callee without any says so',
      accepted,
      new CallError('no-device', 'none'),
      [hangUp('media-error'), ended('media-error', 'local', errorOf('no-device'))],
    ],
    [
      'a caller whose camera is in use has called nobody',
      capturing,
      new CallError('device-in-use', 'taken'),
      [ended('media-error', 'local', errorOf('device-in-use'))],
    ],
  ])('%s', (_, state, error, outputs) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const captureError$ = hot('---x---', { x: error })
      const expected = outputs.length === 1 ? '---(a|)' : '---(ab|)'
      expectObservable(teardown({ ...quiet(state), captureError$ }, env)).toBe(expected, {
        a: outputs[0],
        b: outputs[1],
      })
    })()
  })
})

describe('teardown: the peer connection', () => {
  const failed = ended('failed', 'local', errorOf('connection-failed'))

  it.each<[string, PeerEvent]>([
    ['closes', peerEvents.closed],
    ['closes ICE', { type: 'ice-connection-state', state: 'closed' }],
    ['closes signaling', { type: 'signaling-state', state: 'closed' }],
  ])('%s', (_, event) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       ---e---', { e: event })
      const expected = '        ---(ab|)'
      expectObservable(teardown({ ...quiet(connected), peer$ }, env)).toBe(expected, {
        a: hangUp('failed'),
        b: failed,
      })
    })()
  })

  it(
    'comes and goes, and the call goes on',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot<PeerEvent>('-cdifsg-', {
        c: peerEvents.connected,
        d: peerEvents.disconnected,
        i: { type: 'ice-connection-state', state: 'disconnected' },
        // What to do about that is for `recovery` to decide.
        f: peerEvents.failed,
        s: { type: 'signaling-state', state: 'stable' },
        g: { type: 'ice-gathering-state', state: 'complete' },
      })
      const expected = '        --------'
      expectObservable(teardown({ ...quiet(connected), peer$ }, env)).toBe(expected)
    }),
  )

  const hungUp = { a: hangUp('hung-up'), b: ended('hung-up', 'remote') }

  it(
    'is closed by the other side: that is hanging up, where it says nothing in time',
    marbleTest(({ hot, env, expectObservable }) => {
      const peerClosed$ = hot('   ---u---', { u: {} })
      const expected = '        --- 10ms (ab|)'
      expectObservable(teardown({ ...quiet(connected), peerClosed$ }, env)).toBe(expected, hungUp)
    }),
  )

  it(
    'is closed by the other side, and another one opened in time: the call goes on',
    marbleTest(({ hot, env, expectObservable }) => {
      const peerClosed$ = hot('   ---u---------------u---', { u: {} })
      const opened$ = hot('     o-----------o----------')
      const expected = '        ------------------- 10ms (ab|)'
      expectObservable(teardown({ ...quiet(connected), peerClosed$, opened$ }, env)).toBe(expected, hungUp)
    }),
  )

  it(
    'is closed by the other side, which then says why',
    marbleTest(({ hot, env, expectObservable }) => {
      const peerClosed$ = hot('   ---u---', { u: {} })
      const message$ = hot('    -----m-', { m: incoming('hang-up', { reason: 'failed' }) })
      const expected = '        -----(e|)'
      expectObservable(teardown({ ...quiet(connected), peerClosed$, message$ }, env)).toBe(expected, {
        e: ended('failed', 'remote', errorOf('connection-failed')),
      })
    }),
  )

  it(
    'breaks: whether that is the end is for `recovery` to say',
    marbleTest(({ hot, env, expectObservable }) => {
      const error = new CallError('negotiation-failed', 'bad answer')
      const peerClosed$ = hot('   -u------', { u: { error } })
      const recoveryFailed$ = hot('     ------g-', { g: { error } })
      const expected = '        ------(ab|)'
      expectObservable(teardown({ ...quiet(connected), peerClosed$ }, env), '100ms !').toBe('100ms -')
      expectObservable(teardown({ ...quiet(connected), peerClosed$, recoveryFailed$ }, env)).toBe(expected, {
        a: hangUp('failed'),
        b: ended('failed', 'local', errorOf('negotiation-failed')),
      })
    }),
  )
})

describe('teardown: remote tracks', () => {
  const stream = fakeStream('audio+video', ['audio', 'video'])
  const [audio, video] = [mediaTrack('audio'), mediaTrack('video')]
  const peer: Record<string, PeerEvent> = {
    a: { type: 'track-added', track: audio, stream },
    v: { type: 'track-added', track: video, stream },
    A: { type: 'track-removed', track: audio, stream },
    V: { type: 'track-removed', track: video, stream },
  }
  const outputs = { a: hangUp('hung-up'), b: ended('hung-up', 'remote') }

  it(
    'ends the call a grace time after the last one is gone',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -av--A--V------', peer)
      const expected = '        -------------(ab|)'
      expectObservable(teardown({ ...quiet(connected), peer$ }, env)).toBe(expected, outputs)
    }),
  )

  it(
    'keeps the call while one is left, or where one comes back in time',
    marbleTest(({ hot, env, expectObservable }) => {
      const oneLeft$ = hot('    -av--A--------------', peer)
      const comesBack$ = hot('  -a---A---v----------', peer)
      const addedTwice$ = hot(' -aav-A--------------', peer)
      const expected = '        --------------------'
      for (const peer$ of [oneLeft$, comesBack$, addedTwice$])
        expectObservable(teardown({ ...quiet(connected), peer$ }, env)).toBe(expected, outputs)
    }),
  )

  it(
    'begins to count anew with another peer connection, which may take its time to bring tracks',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -av--AV---------a-----A------', peer)
      const opened$ = hot('     o-------o--------------------')
      const expected = '        ---------------------- 5ms (ab|)'
      expectObservable(teardown({ ...quiet(connected), peer$, opened$ }, env)).toBe(expected, outputs)
    }),
  )

  it(
    'counts a track once, however often it is told of',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -aa--A------', peer)
      const expected = '        ----------(ab|)'
      expectObservable(teardown({ ...quiet(connected), peer$ }, env)).toBe(expected, outputs)
    }),
  )
})

describe('teardown: time', () => {
  const rangOut = ended('no-answer', 'local')
  const timedOut = ended('failed', 'local', errorOf('connection-timeout'))
  /** Replays the state, as the session's does. */
  const states$ = (first: CallState, later$: Observable<CallState>) => later$.pipe(startWith(first))

  it(
    'lets a call ring for its time, which begins when the invite goes out',
    marbleTest(({ hot, env, expectObservable }) => {
      const later$ = hot('      -----i---a-----', states)
      const expected = '        -----  20ms (ab|)'
      const state$ = states$(capturing, later$)
      expectObservable(teardown({ ...quiet(capturing), state$ }, env)).toBe(expected, {
        a: cancel('no-answer'),
        b: rangOut,
      })
    }),
  )

  it(
    'does not count the time that the permission prompt is open',
    marbleTest(({ env, expectObservable }) => {
      expectObservable(teardown(quiet(capturing), env), '100ms !').toBe('100ms -')
    }),
  )

  it(
    'stops ringing by itself where nobody takes the call',
    marbleTest(({ env, expectObservable }) => {
      expectObservable(teardown(quiet(ringing), env)).toBe('20ms (e|)', { e: rangOut })
    }),
  )

  it(
    'gives a connection its time from the answer on',
    marbleTest(({ hot, env, expectObservable }) => {
      const later$ = hot('      ----------k----', states)
      const expected = '        ---------- 30ms (ab|)'
      const state$ = states$(ringing, later$)
      expectObservable(teardown({ ...quiet(ringing), state$ }, env)).toBe(expected, {
        a: hangUp('failed'),
        b: timedOut,
      })
    }),
  )

  it(
    'does not begin anew where the caller gives the callee the call',
    marbleTest(({ hot, env, expectObservable }) => {
      const later$ = hot('      ----------q----', states)
      const expected = '        30ms (ab|)'
      const state$ = states$(accepted, later$)
      expectObservable(teardown({ ...quiet(accepted), state$ }, env)).toBe(expected, {
        a: hangUp('failed'),
        b: timedOut,
      })
    }),
  )

  it(
    'is up for no call that is connected, nor for one that was: that is for `recovery` to say',
    marbleTest(({ hot, env, expectObservable }) => {
      const later$ = hot('      ----------y--z-', states)
      const state$ = states$(connecting, later$)
      expectObservable(teardown({ ...quiet(connecting), state$ }, env), '100ms !').toBe('100ms -')
    }),
  )
})

describe('teardown', () => {
  it(
    'ends a call once, for the first reason alone, and lets go of every source',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const action$ = cold('    -----h-', actions)
      const message$ = cold('   ---c---', { c: incoming('cancel', { reason: 'cancelled' }) })
      const peer$ = cold('      ---x---', { x: peerEvents.closed })
      const opened$ = cold('    -------')
      const recoveryFailed$ = cold('    ---g---', { g: { error: new CallError('connection-failed', 'cut') } })
      const expected = '        ---(e|)'
      const subscribed = '      ^--!   '
      const sources = { ...quiet(ringing), action$, message$, peer$, opened$, recoveryFailed$ }
      expectObservable(teardown(sources, env)).toBe(expected, { e: ended('cancelled', 'remote') })
      expectReleased(action$, message$, peer$, opened$).by(subscribed)
      expectReleased(recoveryFailed$).by('^--!')
    }),
  )

  it(
    'goes by the state at that moment',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const state$ = cold('     i--a-q---y---', states)
      const action$ = hot('     -------h-----', actions)
      const expected = '        -------(ab|)'
      expectObservable(teardown({ ...quiet(inviting), state$, action$ }, env)).toBe(expected, {
        a: hangUp('hung-up'),
        b: ended('hung-up', 'local'),
      })
    }),
  )

  it(
    'fails as its sources do',
    marbleTest(({ hot, env, expectObservable }) => {
      expectObservable(teardown({ ...quiet(alerting), peer$: hot<PeerEvent>('---#') }, env)).toBe('---#')
    }),
  )

  it(
    'ends nothing any more, and lets go of every source, when it is unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const action$ = cold('    -----h-', actions)
      const peerClosed$ = cold('  -u-----', { u: {} })
      const opened$ = cold('    -------')
      const recoveryFailed$ = cold('    -----g-', { g: { error: new CallError('connection-failed', 'cut') } })
      const leave = '           ---!   '
      const subscribed = '      ^--!   '
      const sources = { ...quiet(connected), action$, peerClosed$, opened$, recoveryFailed$ }
      expectObservable(teardown(sources, env), leave).toBe('----')
      expectReleased(action$, peerClosed$, opened$, recoveryFailed$).by(subscribed)
    }),
  )
})

describe('teardown: a client that slept', () => {
  const patience = { connectMs: 3_000, closeGraceMs: 2_500, settleMs: 8, trackGraceMs: 2_500 }
  const slept = '1200ms f 59799ms t'
  const hungUp = { a: hangUp('hung-up'), b: ended('hung-up', 'remote') }

  it(
    'waits for a connection, for another one in the place of the closed one and for tracks while it is awake alone',
    marbleTest((tools) => {
      const { hot, expectObservable } = tools
      const env = sleeping(tools, slept)
      const atFirst = { ...quiet(connected), settings: patience }
      const connection = { ...atFirst, state$: new BehaviorSubject(connecting) }
      expectObservable(teardown(connection, env)).toBe('62s (ab|)', {
        a: hangUp('failed'),
        b: ended('failed', 'local', errorOf('connection-timeout')),
      })
      const peerClosed$ = hot('u', { u: {} })
      expectObservable(teardown({ ...atFirst, peerClosed$ }, env)).toBe('62s (ab|)', hungUp)
      const [track, stream] = [mediaTrack('audio'), fakeStream('audio', ['audio'])]
      const peer$ = hot('(aA)', {
        a: { type: 'track-added', track, stream },
        A: { type: 'track-removed', track, stream },
      } satisfies Record<string, PeerEvent>)
      expectObservable(teardown({ ...atFirst, peer$ }, env)).toBe('62s (ab|)', hungUp)
    }),
  )
})
