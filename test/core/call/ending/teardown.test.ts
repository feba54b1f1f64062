import { BehaviorSubject, NEVER, startWith, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
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
  s: { type: 'send', id: 't', text: 'hi' },
} as const satisfies Record<string, CallAction>

/** Silent sources of the stage, which end no call; a test overrides some of them. */
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
  at: expect.any(Number) as number,
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
    'declines only a call that rings, and ends nothing on other actions',
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
  ])('%s, and is sent nothing, because it knows', (_, message, state, end) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    ---m---', { m: message })
      const expected = '        ---(e|)'
      expectObservable(teardown({ ...quiet(state), message$ }, env)).toBe(expected, { e: end })
    })()
  })

  it(
    'ends nothing on any other message',
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
    'ends the call as unreachable or failed when the relay refuses the invite',
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
    'keeps ringing when a repeated invite is unreachable, because a ringing device may be away for a moment',
    marbleTest(({ hot, env, expectObservable }) => {
      const message = outgoing('invite', { media: { audio: true, video: true } }, { ttlMs: 19 })
      const refused$ = hot('    ---u---', { u: { message, error: new CallError('unreachable', 'nobody') } })
      const expected = '        -------'
      expectObservable(teardown({ ...quiet(inviting), refused$ }, env), '------!').toBe(expected)
    }),
  )

  it(
    'keeps the call when the relay refuses another message, because media may flow without it',
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
    'all stop ringing when one of them declines',
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
  ])('refuse the call when %s', (_, messages, expected, end) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot(messages.trim(), received)
      expectObservable(teardown({ ...quiet(inviting), message$ }, env)).toBe(expected.trim(), { e: end })
    })()
  })

  it.each([
    ['another one rings', '                 -rRb----'],
    ['another one begins to ring in time', '-b------R'],
    ['the very one rings again in time', '  -g------r'],
  ])('keep the call alive when %s', (_, messages) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot(messages.trim(), received)
      const sources = { ...quiet(inviting), message$, ringMs: 1000 }
      expectObservable(teardown(sources, env), '100ms !').toBe('100ms -')
    })()
  })

  it(
    'cannot refuse the call once one of them has answered',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    -b--------', received)
      const state$ = hot('      i---q--y--', states).pipe(startWith(inviting))
      expectObservable(teardown({ ...quiet(inviting), message$, state$ }, env), '100ms !').toBe('100ms -')
    }),
  )

  it(
    'may exist although the relay reached nobody, once one of them rings',
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
    'may come and go while the call continues',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot<PeerEvent>('-cdifsg-', {
        c: peerEvents.connected,
        d: peerEvents.disconnected,
        i: { type: 'ice-connection-state', state: 'disconnected' },
        // `recovery` decides what to do about that.
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
    'is closed by the other side, which ends the call when no hang-up arrives in time',
    marbleTest(({ hot, env, expectObservable }) => {
      const peerClosed$ = hot('   ---u---', { u: {} })
      const expected = '        --- 10ms (ab|)'
      expectObservable(teardown({ ...quiet(connected), peerClosed$ }, env)).toBe(expected, hungUp)
    }),
  )

  it(
    'is closed by the other side, which keeps the call when another one opens in time',
    marbleTest(({ hot, env, expectObservable }) => {
      const peerClosed$ = hot('   ---u---------------u---', { u: {} })
      const opened$ = hot('     o-----------o----------')
      const expected = '        ------------------- 10ms (ab|)'
      expectObservable(teardown({ ...quiet(connected), peerClosed$, opened$ }, env)).toBe(expected, hungUp)
    }),
  )

  it(
    'is closed by the other side, whose hang-up then gives the reason',
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
    'breaks, which is left to recovery',
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
    'ends the call a grace time after the last one is removed',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -av--A--V------', peer)
      const expected = '        -------------(ab|)'
      expectObservable(teardown({ ...quiet(connected), peer$ }, env)).toBe(expected, outputs)
    }),
  )

  it(
    'keeps the call while one remains, or when one returns in time',
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
    'restarts the grace time with another peer connection, whose tracks may arrive late',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -av--AV---------a-----A------', peer)
      const opened$ = hot('     o-------o--------------------')
      const expected = '        ---------------------- 5ms (ab|)'
      expectObservable(teardown({ ...quiet(connected), peer$, opened$ }, env)).toBe(expected, outputs)
    }),
  )

  it(
    'counts a track once, however often it is reported',
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
  /** Replays the state, as in a call. */
  const states$ = (first: CallState, later$: Observable<CallState>) => later$.pipe(startWith(first))

  it(
    'ends a call that rings for too long, counted from the invite',
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
    'does not count the time of the permission prompt',
    marbleTest(({ env, expectObservable }) => {
      expectObservable(teardown(quiet(capturing), env), '100ms !').toBe('100ms -')
    }),
  )

  it(
    'stops ringing by itself when nobody accepts the call',
    marbleTest(({ env, expectObservable }) => {
      expectObservable(teardown(quiet(ringing), env)).toBe('20ms (e|)', { e: rangOut })
    }),
  )

  it(
    'ends a call that does not connect in time, counted from the answer',
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
    'does not restart the time when the caller selects the callee',
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
    'never ends a call that was connected, because that is left to recovery',
    marbleTest(({ hot, env, expectObservable }) => {
      const later$ = hot('      ----------y--z-', states)
      const state$ = states$(connecting, later$)
      expectObservable(teardown({ ...quiet(connecting), state$ }, env), '100ms !').toBe('100ms -')
    }),
  )
})

describe('teardown', () => {
  it(
    'ends a call once, for the first reason, and releases every source',
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
    'uses the state at that moment',
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
    'errors when a source errors',
    marbleTest(({ hot, env, expectObservable }) => {
      expectObservable(teardown({ ...quiet(alerting), peer$: hot<PeerEvent>('---#') }, env)).toBe('---#')
    }),
  )

  it(
    'ends nothing, and releases every source, when unsubscribed',
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
    'counts only time awake while it waits for a connection, a replacement or tracks',
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
