import { filter, map, NEVER, skipUntil, throwError, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallError, type CallAction, type CallEvent, type IncomingMessage } from '../../../src/core/index.ts'
import { fakeStream } from '../../../src/testing/index.ts'
import { errorOf } from '../support/errors.ts'
import { marbleTest } from '../support/marble-test.ts'
import { incoming, outgoing } from '../support/messages.ts'
import { candidate, peerEvents } from '../support/outputs.ts'
import {
  audioAndVideo as media,
  audioOnly,
  bob,
  bobsPhone,
  callId,
  carol,
  lowerId,
} from '../support/parties.ts'
import { runCall } from '../support/run-call.ts'

const s = fakeStream('audio+video', ['audio', 'video'])
const sound = fakeStream('audio', ['audio'])
const receives = (message: IncomingMessage): CallEvent => ({ type: 'received', message })
const acts = (action: CallAction): CallEvent => ({ type: 'action', action })
const everyone = { user: 'bob' }

const dialled: CallEvent = { type: 'outgoing', callId, remote: everyone, media }
const rang: CallEvent = { type: 'incoming', callId, remote: bob, media, ringMs: 100 }
const yielded: CallEvent = { type: 'yielded', callId, to: lowerId, remote: bob }

const phases = {
  C: 'calling capturing',
  I: 'calling inviting',
  A: 'calling ringing',
  R: 'ringing',
  K: 'connecting',
  Y: 'connected',
  Z: 'reconnecting',
  H: 'ended hung-up local',
  E: 'ended hung-up remote',
}
const peer = {
  o: peerEvents.offer,
  a: peerEvents.answer,
  c: peerEvents.candidate,
  y: peerEvents.connected,
  z: peerEvents.disconnected,
  f: peerEvents.failed,
}
const commands = {
  A: { type: 'description', description: { type: 'answer', sdp: 'remote answer' } },
  O: { type: 'description', description: { type: 'offer', sdp: 'remote offer' } },
  K: { type: 'candidate', candidate: candidate(9) },
}
const remote = {
  ringing: receives(incoming('ringing', {})),
  accept: receives(incoming('accept', {})),
  answer: receives(incoming('answer', { sdp: 'remote answer' })),
  offer: receives(incoming('offer', { sdp: 'remote offer' })),
  candidates: receives(incoming('candidates', { list: [candidate(9)] })),
  select: receives(incoming('select', {})),
  hangUp: receives(incoming('hang-up', { reason: 'hung-up' })),
}
const hangUp = acts({ type: 'hang-up' })
const accept = acts({ type: 'accept' })

describe('call of a caller', () => {
  const input = {
    d: dialled,
    r: remote.ringing,
    a: remote.accept,
    n: remote.answer,
    c: remote.candidates,
    h: hangUp,
    x: remote.hangUp,
  }
  const sent = {
    i: outgoing('invite', { media }, { to: everyone, ttlMs: 100 }),
    o: outgoing('offer', { sdp: 'local offer' }, { epoch: 0 }),
    c: outgoing('candidates', { list: [candidate(1)] }, { epoch: 0 }),
    s: outgoing('select', {}),
    h: outgoing('hang-up', { reason: 'hung-up' }),
    x: outgoing('cancel', { reason: 'cancelled' }, { to: everyone }),
    n: outgoing('cancel', { reason: 'no-answer' }, { to: everyone }),
    m: outgoing('cancel', { reason: 'no-answer' }),
  }

  it(
    'captures, rings, offers to who rings, and connects when somebody accepts; hanging up releases all',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -d-----r-----acn-----h-', input)
      const capture$ = cold('    --s', { s })
      const peer$ = cold('       ---oc------------y', peer)
      const phase = '           -C-I---A-----K----Y--H-'
      const message = '         ---i---(oc)--s-------h-'
      const command = '         --------------KA-------'
      const camera = '          -^-------------------!-'
      const connection = '      -^-------------------!-'
      const over = '            ---------------------o-'
      const run = runCall({ input$, capture$, peers: [peer$] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
      expectObservable(run.sent$).toBe(message, sent)
      expectObservable(run.command$).toBe(command, commands)
      expectObservable(run.completed$).toBe(over, { o: true })
      expectSubscriptions(capture$.subscriptions).toBe(camera)
      expectSubscriptions(peer$.subscriptions).toBe(connection)
    }),
  )

  it(
    'hands the ports what the call wants',
    marbleTest(({ hot, cold, env, expectObservable, flush }) => {
      const input$ = hot('      -d--', { d: { ...dialled, media: audioOnly } })
      const leave = '           ------!'
      const phase = '           -CI-'
      const run = runCall({ input$, capture$: cold('-s', { s: sound }), peers: [cold('-', peer)] }, env)
      expectObservable(run.phase$, leave).toBe(phase, phases)
      flush()
      expect(run.captures).toEqual([audioOnly])
      expect(run.openings).toEqual([{ role: 'offerer', stream: null, sends: ['audio'] }])
    }),
  )

  it(
    'goes through an interruption',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const input$ = hot('      -d--a-------', input)
      const peer$ = cold('       -----y-z--y', peer)
      const phase = '           -CI-K-Y-Z--Y'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [peer$] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
    }),
  )

  it(
    'opens no camera and still connects where the user wants neither sound nor picture',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions, flush }) => {
      const input$ = hot('      -d-----h-', {
        ...input,
        d: { ...dialled, media: { audio: false, video: false } },
      })
      const capture$ = cold('    -s', { s })
      const peer$ = cold('       --------', peer)
      const phase = '           -(CI)--X-'
      const connection = '      -^-----!-'
      const run = runCall({ input$, capture$, peers: [peer$] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended cancelled local' })
      expectSubscriptions(capture$.subscriptions).toBe([])
      expectSubscriptions(peer$.subscriptions).toBe(connection)
      flush()
      expect(run.openings).toEqual([{ role: 'offerer', stream: null, sends: [] }])
    }),
  )

  it(
    'tells nobody where the user gives up before the camera is there, and lets go of the camera',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -d-h----', input)
      const capture$ = cold('    -----s-', { s })
      const phase = '           -C-X----'
      const camera = '          -^-!----'
      const run = runCall({ input$, capture$, peers: [NEVER] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended cancelled local' })
      expectObservable(run.sent$).toBe('--------')
      expectSubscriptions(capture$.subscriptions).toBe(camera)
    }),
  )

  it(
    'tells nobody where camera and microphone are refused',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -d-----', input)
      const capture$ = cold('    --#', { s }, new CallError('permission-denied', 'no'))
      const phase = '           -C-X---'
      const camera = '          -^-!---'
      const run = runCall({ input$, capture$, peers: [NEVER] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended cancelled local' })
      expectObservable(run.sent$).toBe('-------')
      expectSubscriptions(capture$.subscriptions).toBe(camera)
    }),
  )

  it(
    'takes what the camera throws for a capture error, whatever it is',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const input$ = hot('      -d-----', input)
      const capture$ = cold('    --#', { s }, new TypeError('broken driver'))
      const expected = '        ---(eo)'
      const end = {
        type: 'ended',
        callId,
        reason: 'media-error',
        by: 'local',
        error: errorOf('capture-failed'),
      }
      const run = runCall({ input$, capture$, peers: [NEVER] }, env)
      const said$ = run.said$.pipe(filter(({ type }) => type !== 'peer-opened'))
      expectObservable(said$).toBe(expected, {
        e: end,
        o: { type: 'roster', users: ['the call completed'] },
      })
    }),
  )

  it(
    'asks once for a camera that fails at once',
    marbleTest(({ hot, env, expectObservable, flush }) => {
      const input$ = hot('      -d-----', input)
      const capture$ = throwError(() => new CallError('no-device', 'none'))
      const phase = '           -(CX)--'
      const run = runCall({ input$, capture$, peers: [NEVER] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended media-error local' })
      flush()
      expect(run.captures).toEqual([media])
    }),
  )

  it(
    'cancels when nobody answers in time, and releases all',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -d-r', input)
      const capture$ = cold('    -s', { s })
      const peer$ = cold('       --', peer)
      const phase = '           -CIA  98ms X'
      const message = '         --i-  98ms (nm)'
      const camera = '          -^ 100ms !  '
      const connection = '      -^- 99ms !  '
      const run = runCall({ input$, capture$, peers: [peer$] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended no-answer local' })
      expectObservable(run.sent$).toBe(message, sent)
      expectSubscriptions(capture$.subscriptions).toBe(camera)
      expectSubscriptions(peer$.subscriptions).toBe(connection)
    }),
  )

  it(
    'ends where the relay finds nobody of that name; not for a letter of another call',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const error = new CallError('unreachable', 'nobody')
      const input$ = hot<CallEvent>('-d--f-u-', {
        d: dialled,
        f: { type: 'refused', message: outgoing('invite', { media }, { callId: lowerId }), error },
        u: { type: 'refused', message: sent.i, error },
      })
      const peer$ = cold('       ------', peer)
      const phase = '           -CI---X-'
      const message = '         --i-----'
      const connection = '      -^----!-'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [peer$] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended unreachable remote' })
      expectObservable(run.sent$).toBe(message, sent)
      expectSubscriptions(peer$.subscriptions).toBe(connection)
    }),
  )

  it(
    'opens a new peer connection where one breaks that was up',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -d--a---------', input)
      const capture$ = cold('    -s', { s })
      const first$ = cold('      -----y--#', peer, new CallError('connection-failed', 'cut'))
      const second$ = cold('             o--y', peer)
      const phase = '           -CI-K-Y--Z--Y-'
      const message = '         --i-s----o----'
      const first = '           -^-------!    '
      const second = '          ---------^ 5ms !'
      const run = runCall({ input$, capture$, peers: [first$, second$] }, env)
      expectObservable(run.phase$, '15ms !').toBe(phase, phases)
      expectObservable(run.sent$, '15ms !').toBe(message, {
        ...sent,
        o: outgoing('offer', { sdp: 'local offer' }, { epoch: 1 }),
      })
      expectSubscriptions(first$.subscriptions).toBe(first)
      expectSubscriptions(second$.subscriptions).toBe(second)
    }),
  )

  it(
    'ends where the peer connection breaks before it was up',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -d--a-----', input)
      const capture$ = cold('    -s', { s })
      const peer$ = cold('       --------#', peer, new CallError('connection-failed', 'cut'))
      const phase = '           -CI-K----X'
      const message = '         --i-s----f'
      const camera = '          -^-------!'
      const connection = '      -^-------!'
      const run = runCall({ input$, capture$, peers: [peer$] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended failed local' })
      expectObservable(run.sent$).toBe(message, { ...sent, f: outgoing('hang-up', { reason: 'failed' }) })
      expectSubscriptions(capture$.subscriptions).toBe(camera)
      expectSubscriptions(peer$.subscriptions).toBe(connection)
    }),
  )

  it(
    'hears nobody but the device that accepted',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const bye = { reason: 'hung-up' } as const
      const input$ = hot('      -d--1-a-2345-x-', {
        ...input,
        1: receives(incoming('decline', {}, { from: carol })),
        2: receives(incoming('accept', {}, { from: bobsPhone })),
        3: receives(incoming('hang-up', bye, { from: bobsPhone })),
        4: receives(incoming('hang-up', bye, { from: carol })),
        5: receives(incoming('hang-up', bye, { callId: lowerId })),
      })
      const phase = '           -CI---K------E-'
      const message = '         --i---s-2------'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [cold('-', peer)] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
      expectObservable(run.sent$).toBe(message, {
        ...sent,
        2: outgoing('cancel', { reason: 'answered-elsewhere' }, { to: bobsPhone }),
      })
    }),
  )

  it(
    'releases all at once, and tells nobody, when it is unsubscribed in the middle of the call',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -d--a-----', input)
      const capture$ = cold('    -s--------', { s })
      const peer$ = cold('       -----y---', peer)
      const leave = '           --------! '
      const phase = '           -CI-K-Y-- '
      const message = '         --i-s---- '
      const camera = '          -^------! '
      const connection = '      -^------! '
      const run = runCall({ input$, capture$, peers: [peer$] }, env)
      expectObservable(run.phase$, leave).toBe(phase, phases)
      expectObservable(run.sent$, leave).toBe(message, sent)
      expectSubscriptions(capture$.subscriptions).toBe(camera)
      expectSubscriptions(peer$.subscriptions).toBe(connection)
    }),
  )
})

describe('call of a caller whom several devices hear', () => {
  const elsewhere = { reason: 'answered-elsewhere' } as const
  const toPhone = { to: bobsPhone, epoch: 0 }
  const input = {
    d: dialled,
    r: remote.ringing,
    p: receives(incoming('ringing', {}, { from: bobsPhone })),
    a: remote.accept,
    q: receives(incoming('accept', {}, { from: bobsPhone })),
    l: receives(incoming('decline', {}, { from: bobsPhone })),
    h: hangUp,
  }
  const sent = {
    i: outgoing('invite', { media }, { to: everyone, ttlMs: 100 }),
    o: outgoing('offer', { sdp: 'local offer' }, { epoch: 0 }),
    O: outgoing('offer', { sdp: 'local offer' }, toPhone),
    c: outgoing('candidates', { list: [candidate(1)] }, { epoch: 0 }),
    C: outgoing('candidates', { list: [candidate(1)] }, toPhone),
    s: outgoing('select', {}),
    e: outgoing('cancel', elsewhere),
    E: outgoing('cancel', elsewhere, { to: bobsPhone }),
    h: outgoing('hang-up', { reason: 'hung-up' }),
    u: outgoing('cancel', { reason: 'cancelled' }, { to: everyone }),
    x: outgoing('cancel', { reason: 'cancelled' }),
    X: outgoing('cancel', { reason: 'cancelled' }, { to: bobsPhone }),
  }

  it(
    'offers each of them the same, gives the call to the first that accepts, and stops the others, then and later',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const input$ = hot('      -d-r---p-------a-----q---p--h-', input)
      const peer$ = cold('       ---o-----c--------c----------', peer)
      const phase = '           -CIA-----------K------------H-'
      const message = '         --i-o--O--(cC)-(sE)c-E------h-'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [peer$] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
      expectObservable(run.sent$).toBe(message, sent)
    }),
  )

  it(
    'cancels at the user and at each of them',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const input$ = hot('      -d-r-p-h----', input)
      const phase = '           -CIA---X----'
      const message = '         --i----(uxX)'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [cold('-', peer)] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended cancelled local' })
      expectObservable(run.sent$).toBe(message, sent)
    }),
  )

  it(
    'tells the others where one of them declines',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const input$ = hot('      -d-r-p-l----', input)
      const phase = '           -CIA---X----'
      const message = '         --i----e----'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [cold('-', peer)] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended declined remote' })
      expectObservable(run.sent$).toBe(message, sent)
    }),
  )
})

describe('call with a peer connection that is replaced', () => {
  const broken = new CallError('negotiation-failed', 'bad answer')
  const inEpoch = (epoch: number) => ({
    offer: receives(incoming('offer', { sdp: 'remote offer' }, { epoch })),
    answer: receives(incoming('answer', { sdp: 'remote answer' }, { epoch })),
    candidates: receives(incoming('candidates', { list: [candidate(9)] }, { epoch })),
  })
  const [zero, one] = [inEpoch(0), inEpoch(1)]

  it(
    'goes on by a new offer of the next epoch; what comes late for the old one is dropped',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions, flush }) => {
      const input$ = hot('      -d-a--------nkN--h-', {
        d: dialled,
        a: remote.accept,
        n: zero.answer,
        k: zero.candidates,
        N: one.answer,
        h: hangUp,
      })
      const capture$ = cold('    -s', { s })
      const first$ = cold('      ---o---#  ', peer, broken)
      const second$ = cold('            --o----y', peer)
      const phase = '           -CIK-----------Y-H-'
      const message = '         --iso-----p------h-'
      const command = '         --------------A----'
      const camera = '          -^---------------!-'
      const firstOpen = '       -^------!----------'
      const secondOpen = '      --------^--------!-'
      const run = runCall({ input$, capture$, peers: [first$, second$] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
      expectObservable(run.sent$).toBe(message, {
        i: outgoing('invite', { media }, { to: everyone, ttlMs: 100 }),
        s: outgoing('select', {}),
        o: outgoing('offer', { sdp: 'local offer' }, { epoch: 0 }),
        p: outgoing('offer', { sdp: 'local offer' }, { epoch: 1 }),
        h: outgoing('hang-up', { reason: 'hung-up' }),
      })
      expectObservable(run.command$).toBe(command, commands)
      expectSubscriptions(capture$.subscriptions).toBe(camera)
      expectSubscriptions(first$.subscriptions).toBe(firstOpen)
      expectSubscriptions(second$.subscriptions).toBe(secondOpen)
      flush()
      expect(run.openings).toEqual([
        { role: 'offerer', stream: null, sends: ['audio', 'video'] },
        { role: 'offerer', stream: s, sends: ['audio', 'video'] },
      ])
    }),
  )

  it(
    'outlives the old connection where the other side opens a new one, and its camera stays open',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -r-a-s----o---k--x-', {
        r: rang,
        a: accept,
        s: remote.select,
        o: one.offer,
        k: one.candidates,
        x: remote.hangUp,
      })
      const capture$ = cold('      -s', { s })
      const first$ = cold('        ----y|', peer)
      const second$ = cold('              -a--y', peer)
      const phase = '           -R-K---Y--Z---Y--E-'
      const message = '         -r-a-------n-------'
      const command = '         ----------O---K----'
      const camera = '          ---^-------------!-'
      const firstOpen = '       ---^----!----------'
      const secondOpen = '      ----------^------!-'
      const run = runCall({ input$, capture$, peers: [first$, second$] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
      expectObservable(run.sent$).toBe(message, {
        r: outgoing('ringing', {}),
        a: outgoing('accept', {}),
        n: outgoing('answer', { sdp: 'local answer' }, { epoch: 1 }),
      })
      expectObservable(run.command$).toBe(command, commands)
      expectSubscriptions(capture$.subscriptions).toBe(camera)
      expectSubscriptions(first$.subscriptions).toBe(firstOpen)
      expectSubscriptions(second$.subscriptions).toBe(secondOpen)
    }),
  )

  it(
    'asks the other side for a new one where its own broke and it makes no offers',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const input$ = hot('      -r-a-s-----x', { r: rang, a: accept, s: remote.select, x: remote.hangUp })
      const first$ = cold('        ----#', peer, broken)
      const message = '         -r-a---n----'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [first$] }, env)
      expectObservable(run.sent$).toBe(message, {
        r: outgoing('ringing', {}),
        a: outgoing('accept', {}),
        n: outgoing('renegotiate', { replace: true }, { epoch: 0 }),
      })
    }),
  )

  it(
    'sends a text again over the new connection, where the other side may not have it',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const input$ = hot('      -d-a---w--------h-', {
        d: dialled,
        a: remote.accept,
        w: acts({ type: 'send', text: 'hi' }),
        h: hangUp,
      })
      const data = { ...peer, q: peerEvents.dataOpen }
      const first$ = cold('      ----q-----#', data, broken)
      const second$ = cold('               --q', data)
      const command = '         -----m-t-----(MT)-'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [first$, second$] }, env)
      const status = {
        type: 'send',
        data: JSON.stringify({ type: 'media', audio: 'on', video: 'camera', held: false }),
      }
      const text = { type: 'send', data: JSON.stringify({ type: 'text', seq: 1, text: 'hi' }) }
      const command$ = run.said$.pipe(
        filter((event) => event.type === 'command' && event.command.type === 'send'),
      )
      expectObservable(command$).toBe(command, {
        m: { type: 'command', callId, epoch: 0, command: status },
        M: { type: 'command', callId, epoch: 1, command: status },
        t: { type: 'command', callId, epoch: 0, command: text },
        T: { type: 'command', callId, epoch: 1, command: text },
      })
    }),
  )
})

describe('call whose media changes', () => {
  const share = acts({ type: 'media', change: { video: 'screen' } })
  const off = acts({ type: 'media', change: { video: false } })
  const track = (kind: 'audio' | 'video', to: MediaStreamTrack | null = null) => ({
    type: 'track',
    kind,
    track: to,
  })

  it(
    'has its peer connection send it, tells the other side, and gives a new connection what is sent by then',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions, flush }) => {
      const screen = fakeStream('video', ['video'])
      const input$ = hot('      -d-a------w-----------h-', {
        d: dialled,
        a: remote.accept,
        w: share,
        h: hangUp,
      })
      const both$ = cold('        s', { s })
      const screen$ = cold('              --s', { s: screen })
      const data = { ...peer, q: peerEvents.dataOpen }
      const first$ = cold('       ---y-q---------#', data, new CallError('connection-failed', 'cut'))
      const second$ = cold('                     --yq', data)
      const command = '         ------m-----n------n----'
      const tracks = '          -(av)-------s-----------'
      const both = '            -^--------------------!-'
      const shared = '          ----------^-----------!-'
      const captures = [both$, screen$]
      const run = runCall({ input$, capture$: captures, peers: [first$, second$] }, env)
      const told = (video: string) => ({
        type: 'send',
        data: JSON.stringify({ type: 'media', audio: 'on', video, held: false }),
      })
      expectObservable(run.command$).toBe(command, {
        m: told('camera'),
        n: told('screen'),
      })
      expectObservable(run.track$).toBe(tracks, {
        a: track('audio', s.getTracks()[0]),
        v: track('video', s.getTracks()[1]),
        s: track('video', screen.getTracks()[0]),
      })
      expectSubscriptions(both$.subscriptions).toBe(both)
      expectSubscriptions(screen$.subscriptions).toBe(shared)
      flush()
      expect(run.captures).toEqual([media, { audio: false, video: 'screen' }])
      expect(run.openings.map(({ stream }) => stream?.getTracks())).toEqual([
        undefined,
        [s.getTracks()[0], screen.getTracks()[0]],
      ])
    }),
  )

  it(
    'shows in its state, and not once it is over: what is granted late is let go of',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -d-a--o----w--h----', {
        d: dialled,
        a: remote.accept,
        o: off,
        w: share,
        h: hangUp,
      })
      const both$ = cold('       s', { s: fakeStream('audio+video', ['audio', 'video']) })
      const screen$ = cold('               ------s', { s: fakeStream('video', ['video']) })
      const video = '           -t----f------------'
      const run = runCall({ input$, capture$: [both$, screen$], peers: [cold('--y', peer)] }, env)
      expectObservable(run.media$.pipe(map(({ video }) => video))).toBe(video, { t: true, f: false })
      expectSubscriptions(both$.subscriptions).toBe('-^------------!')
      expectSubscriptions(screen$.subscriptions).toBe('-----------^--!')
    }),
  )

  it(
    'opens, when the user accepts, what the user wished while it rang',
    marbleTest(({ hot, cold, env, expectObservable, flush }) => {
      const input$ = hot('      -r-o--a----x', { r: rang, o: off, a: accept, x: remote.hangUp })
      const audio$ = cold('           s', { s: sound })
      const phase = '           -R----K----E'
      const run = runCall({ input$, capture$: audio$, peers: [cold('-', peer)] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
      expectObservable(run.command$).toBe('------------')
      flush()
      expect(run.captures).toEqual([audioOnly])
    }),
  )

  it(
    'shows what the other side sends',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const input$ = hot('      -d-a-----h-', { d: dialled, a: remote.accept, h: hangUp })
      const told = { audio: 'muted', video: 'screen', held: true }
      const data = {
        q: peerEvents.dataOpen,
        m: { type: 'data', data: JSON.stringify({ type: 'media', ...told }) },
      } as const
      const peer$ = cold('        ---qm', data)
      const expected = '        -----m-----'
      const run = runCall({ input$, capture$: cold('s', { s }), peers: [peer$] }, env)
      expectObservable(run.said$.pipe(filter(({ type }) => type === 'remote-media'))).toBe(expected, {
        m: { type: 'remote-media', callId, media: told },
      })
    }),
  )
})

describe('call of a callee', () => {
  const input = {
    r: rang,
    o: remote.offer,
    c: remote.candidates,
    a: accept,
    s: remote.select,
    x: remote.hangUp,
    d: acts({ type: 'decline' }),
    l: acts({ type: 'close' }),
  }
  const sent = {
    r: outgoing('ringing', {}),
    a: outgoing('accept', {}),
    n: outgoing('answer', { sdp: 'local answer' }, { epoch: 0 }),
    c: outgoing('candidates', { list: [candidate(1)] }, { epoch: 0 }),
    d: outgoing('decline', {}),
    m: outgoing('hang-up', { reason: 'media-error' }),
    p: outgoing('hang-up', { reason: 'cancelled' }),
    f: outgoing('hang-up', { reason: 'failed' }),
  }

  it(
    'rings, and opens camera and connection only when the user accepts; the end releases all',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -r-oc---a-----s-----x-', input)
      const capture$ = cold('           --s', { s })
      const peer$ = cold('              ---acy', peer)
      const phase = '           -R------K-----Y-----E-'
      const message = '         -r------a--nc---------'
      const command = '         --------(OK)----------'
      const camera = '          --------^-----------!-'
      const connection = '      --------^-----------!-'
      const over = '            --------------------o-'
      const run = runCall({ input$, capture$, peers: [peer$] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
      expectObservable(run.sent$).toBe(message, sent)
      expectObservable(run.command$).toBe(command, commands)
      expectObservable(run.completed$).toBe(over, { o: true })
      expectSubscriptions(capture$.subscriptions).toBe(camera)
      expectSubscriptions(peer$.subscriptions).toBe(connection)
    }),
  )

  it(
    'hands the ports what the user accepts with',
    marbleTest(({ hot, cold, env, expectObservable, flush }) => {
      const input$ = hot('      -r-a--', { ...input, a: acts({ type: 'accept', media: audioOnly }) })
      const leave = '           ------!'
      const phase = '           -R-K--'
      const run = runCall({ input$, capture$: cold('-s', { s: sound }), peers: [cold('-', peer)] }, env)
      expectObservable(run.phase$, leave).toBe(phase, phases)
      flush()
      expect(run.captures).toEqual([audioOnly])
      expect(run.openings).toEqual([{ role: 'answerer', stream: null, sends: ['audio'] }])
    }),
  )

  it.each(['permission-denied', 'no-device', 'device-in-use', 'capture-failed'] as const)(
    'goes on without what cannot be opened after the user accepted: %s',
    (code) => {
      marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions, flush }) => {
        const input$ = hot('      -r-a-s---x-', input)
        const refusal = new CallError(code, 'no')
        const both$ = cold('         --#', { s }, refusal)
        const audio$ = cold('          -s-', { s: sound })
        const video$ = cold('          #', { s }, refusal)
        const peer$ = cold('         --y--', peer)
        const phase = '           -R-K-Y---E-'
        const error = '           -----e-----'
        const run = runCall({ input$, capture$: [both$, audio$, video$], peers: [peer$] }, env)
        expectObservable(run.phase$).toBe(phase, phases)
        expectObservable(run.said$.pipe(filter(({ type }) => type === 'error'))).toBe(error, {
          e: { type: 'error', error: errorOf(code) },
        })
        expectSubscriptions(audio$.subscriptions).toBe('-----^---!')
        flush()
        expect(run.captures).toEqual([media, audioOnly, { audio: false, video: true }])
      })()
    },
  )

  it(
    'answers a call with sound by sound alone',
    marbleTest(({ hot, cold, env, expectObservable, flush }) => {
      const input$ = hot('      -r-a--', { ...input, r: { ...rang, media: audioOnly } })
      const run = runCall({ input$, capture$: cold('-s', { s: sound }), peers: [NEVER] }, env)
      expectObservable(run.phase$, '------!').toBe('-R-K--', phases)
      flush()
      expect(run.captures).toEqual([audioOnly])
      expect(run.openings).toEqual([{ role: 'answerer', stream: null, sends: ['audio'] }])
    }),
  )

  it(
    'lets go of the camera where the caller cancels while the permission is asked for',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -r-a-x----', {
        ...input,
        x: receives(incoming('cancel', { reason: 'cancelled' })),
      })
      const capture$ = cold('      -----s', { s })
      const phase = '           -R-K-X----'
      const message = '         -r-a------'
      const camera = '          ---^-!----'
      const run = runCall({ input$, capture$, peers: [NEVER] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended cancelled remote' })
      expectObservable(run.sent$).toBe(message, sent)
      expectSubscriptions(capture$.subscriptions).toBe(camera)
    }),
  )

  it(
    'opens nothing where the user declines',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -ro-d-a-', input)
      const capture$ = cold('    -s', { s })
      const phase = '           -R--X---'
      const message = '         -r--d---'
      const run = runCall({ input$, capture$, peers: [] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended declined local' })
      expectObservable(run.sent$).toBe(message, sent)
      expectSubscriptions(capture$.subscriptions).toBe([])
    }),
  )

  it(
    'stops ringing after the time that is left of the invite',
    marbleTest(({ hot, env, expectObservable }) => {
      const input$ = hot('      -r', { r: { ...rang, ringMs: 40 } })
      const phase = '           -R 39ms X'
      const run = runCall({ input$, capture$: NEVER, peers: [] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended no-answer local' })
    }),
  )

  it(
    'gives up a connection that does not come about',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -r-a', input)
      const capture$ = cold('      -s', { s })
      const phase = '           -R-K 49ms X'
      const message = '         -r-a 49ms f'
      const camera = '          ---^ 49ms !'
      const run = runCall({ input$, capture$, peers: [cold('-', peer)] }, env)
      expectObservable(run.phase$).toBe(phase, { ...phases, X: 'ended failed local' })
      expectObservable(run.sent$).toBe(message, sent)
      expectSubscriptions(capture$.subscriptions).toBe(camera)
    }),
  )
})

describe('call in glare', () => {
  const theirs = { callId: lowerId }
  const input = {
    d: dialled,
    y: yielded,
    o: receives(incoming('offer', { sdp: 'remote offer' }, theirs)),
    s: receives(incoming('select', {}, theirs)),
    // For the call that gave way.
    a: remote.accept,
    n: remote.answer,
    h: hangUp,
  }
  const sent = {
    i: outgoing('invite', { media }, { to: everyone, ttlMs: 100 }),
    a: outgoing('accept', {}, theirs),
    n: outgoing('answer', { sdp: 'local answer' }, { ...theirs, epoch: 0 }),
    h: outgoing('hang-up', { reason: 'hung-up' }, theirs),
  }

  it(
    'gives way on the same camera and with a new peer connection, and hears no more of its own call',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions, flush }) => {
      const input$ = hot('      -d----y-ao--s-n--h-', input)
      const capture$ = cold('    --s', { s })
      const first$ = cold('      ---o---y--o', peer)
      const second$ = cold('          ----ay--', peer)
      const phase = '           -C-I--K-----Y----H-'
      const message = '         ---i--a---n------h-'
      const command = '         ---------O---------'
      const camera = '          -^---------------!-'
      const firstOpen = '       -^----!------------'
      const secondOpen = '      ------^----------!-'
      const run = runCall({ input$, capture$, peers: [first$, second$] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
      expectObservable(run.sent$).toBe(message, sent)
      expectObservable(run.command$).toBe(command, commands)
      expectSubscriptions(capture$.subscriptions).toBe(camera)
      expectSubscriptions(first$.subscriptions).toBe(firstOpen)
      expectSubscriptions(second$.subscriptions).toBe(secondOpen)
      flush()
      expect(run.openings).toEqual([
        { role: 'offerer', stream: null, sends: ['audio', 'video'] },
        { role: 'answerer', stream: s, sends: ['audio', 'video'] },
      ])
    }),
  )

  it(
    'gives way while the camera opens: it is opened once, nobody is invited, and the answer does not wait for it',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions, flush }) => {
      const input$ = hot('      -d-y-o-----h-', input)
      const capture$ = cold('    -----s', { s })
      const first$ = cold('      -o-', peer)
      const second$ = cold('       -----a--', peer)
      const phase = '           -C-K-------H-'
      const message = '         ---a----n--h-'
      const command = '         -----O-------'
      const camera = '          -^---------!-'
      const firstOpen = '       -^-!---------'
      const secondOpen = '      ---^-------!-'
      const run = runCall({ input$, capture$, peers: [first$, second$] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
      expectObservable(run.sent$).toBe(message, sent)
      expectObservable(run.command$).toBe(command, commands)
      expectSubscriptions(capture$.subscriptions).toBe(camera)
      expectSubscriptions(first$.subscriptions).toBe(firstOpen)
      expectSubscriptions(second$.subscriptions).toBe(secondOpen)
      flush()
      expect(run.openings).toEqual([
        { role: 'offerer', stream: null, sends: ['audio', 'video'] },
        { role: 'answerer', stream: null, sends: ['audio', 'video'] },
      ])
    }),
  )

  it(
    'does not let its own ring time run on against the call that lives',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const input$ = hot('      -d- 89ms y---s', input)
      const first$ = cold('       -', peer)
      const second$ = cold('             ---y', peer)
      const phase = '           -CI 89ms K---Y'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [first$, second$] }, env)
      expectObservable(run.phase$, '140ms !').toBe(phase, phases)
    }),
  )
})

describe('call after the end', () => {
  const input = {
    d: dialled,
    a: remote.accept,
    x: remote.hangUp,
    n: remote.answer,
    c: remote.candidates,
    h: hangUp,
    m: acts({ type: 'mute', kind: 'audio', muted: true }),
    w: acts({ type: 'send', text: 'hi' }),
  }

  it(
    'changes nothing any more, whatever comes late',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const input$ = hot('      -d--a---x-xancmwh-', input)
      const peer$ = cold('       -----y--o-z-f----', peer)
      const phase = '           -CI-K-Y-E---------'
      const connection = '      -^------!---------'
      const lastWord = '        --------o---------'
      const sent = '            --i-s-------------'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [peer$] }, env)
      expectObservable(run.phase$).toBe(phase, phases)
      expectObservable(run.completed$).toBe(lastWord, { o: true })
      expectObservable(run.sent$).toBe(sent, {
        i: outgoing('invite', { media }, { to: everyone, ttlMs: 100 }),
        s: outgoing('select', {}),
      })
      expectObservable(run.said$.pipe(skipUntil(timer(9, env.scheduler)))).toBe('------------------')
      expectSubscriptions(peer$.subscriptions).toBe(connection)
    }),
  )

  it(
    'tells of texts that never went out as its last word',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const input$ = hot('      -d-ww-h-', input)
      const expected = '        ------(eeo)'
      const run = runCall({ input$, capture$: cold('-s', { s }), peers: [cold('-', peer)] }, env)
      const last$ = run.said$.pipe(filter(({ type }) => type === 'error' || type === 'roster'))
      expectObservable(last$).toBe(expected, {
        e: { type: 'error', error: errorOf('text-not-sent') },
        o: { type: 'roster', users: ['the call completed'] },
      })
    }),
  )
})
