import { concat, map, NEVER, of } from 'rxjs'
import { describe, it } from 'vitest'
import { peerConnection, type PeerConnectionSources } from '../../../../src/core/call/peer/peer-connection.ts'
import {
  CallError,
  defaultSettings,
  type CallEvent,
  type Party,
  type PeerCommand,
  type PeerEvent,
  type PeerPort,
} from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { candidate, peerEvents, sends } from '../../support/outputs.ts'
import { bob, bobsPhone, callId } from '../../support/parties.ts'

const stream = fakeStream('audio', ['audio'])
const media = { audio: true, video: false }
const offer = (epoch: number) => incoming('offer', { sdp: 'remote offer' }, { epoch })
const candidates = (epoch: number) => incoming('candidates', { list: [candidate(9)] }, { epoch })
const happens = (epoch: number, event: PeerEvent): CallEvent => ({ type: 'peer', callId, epoch, event })
const opened = (epoch: number): CallEvent => ({ type: 'peer-opened', callId, epoch, role: 'answerer' })
const commanded = (epoch: number, command: PeerCommand): CallEvent => ({
  type: 'command',
  callId,
  epoch,
  command,
})
const describes: PeerCommand = { type: 'description', description: { type: 'offer', sdp: 'remote offer' } }

/** Silent sources of a callee's second peer connection, which an offer opened. A test overrides some of them. */
const scope: PeerConnectionSources = {
  event$: NEVER,
  message$: NEVER,
  media$: NEVER,
  stream$: concat(of(stream), NEVER),
  role: 'answerer',
  peer: { epoch: 1 },
  first: offer(1),
  settings: { ...defaultSettings, candidateBatchMs: 1 },
}
const closed = { open: () => NEVER }

describe('peerConnection', () => {
  it(
    'applies the message that it was opened for, once its connection is open',
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot('      -o-p---', { o: opened(0), p: opened(1) })
      const expected = '        ---d---'
      expectObservable(peerConnection({ ...scope, event$ }, closed, env)).toBe(expected, {
        d: { type: 'command', epoch: 1, command: describes },
      })
    }),
  )

  it(
    'sends nothing by itself when no message opened it',
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot('      ---p---', { p: opened(1) })
      expectObservable(peerConnection({ ...scope, first: undefined, event$ }, closed, env)).toBe('-------')
    }),
  )

  it(
    'handles only events and messages of its epoch, and sends with that epoch',
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot('      -a-A--cC----', {
        a: happens(0, peerEvents.answer),
        A: happens(1, peerEvents.answer),
        c: happens(0, peerEvents.candidate),
        C: happens(1, peerEvents.candidate),
      })
      const expected = '        ---a---c----'
      expectObservable(peerConnection({ ...scope, event$ }, closed, env)).toBe(expected, {
        a: sends({ type: 'answer', body: { sdp: 'local answer' }, epoch: 1 }),
        c: sends({ type: 'candidates', body: { list: [candidate(1)] }, epoch: 1 }),
      })
    }),
  )

  it(
    'adds only candidates of its epoch, once its connection is open',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    -c-C--------', { c: candidates(0), C: candidates(1) })
      const event$ = hot('      -----o--O---', { o: opened(0), O: opened(1) })
      const expected = '        --------k---'
      expectObservable(peerConnection({ ...scope, first: undefined, event$, message$ }, closed, env)).toBe(
        expected,
        {
          k: { type: 'command', epoch: 1, command: { type: 'candidate', candidate: candidate(9) } },
        },
      )
    }),
  )

  it(
    'passes its connection only the commands of its epoch',
    marbleTest(({ hot, cold, env, expectObservable }) => {
      const event$ = hot('      --d-D--', {
        d: commanded(0, { type: 'renegotiate' }),
        D: commanded(1, { type: 'send', data: 'hi' }),
      })
      const media$ = cold('    s------', { s: media })
      const expected = '        o---e--'
      const echo: PeerPort = {
        open: (_, command$) => command$.pipe(map(({ type }) => ({ type: 'data', data: type }))),
      }
      expectObservable(peerConnection({ ...scope, first: undefined, event$, media$ }, echo, env)).toBe(
        expected,
        {
          o: { type: 'peer-opened', role: 'answerer', epoch: 1 },
          e: { type: 'peer', epoch: 1, event: { type: 'data', data: 'send' } },
        },
      )
    }),
  )

  it(
    'handles only messages of its party, and addresses that party, if it has one',
    marbleTest(({ hot, env, expectObservable }) => {
      const ofPhone = { party: bobsPhone, epoch: 1 }
      const renegotiate = (from: Party) => incoming('offer', { sdp: 'remote offer' }, { from, epoch: 1 })
      const event$ = hot<CallEvent>('-o-O---aA--', {
        o: opened(1),
        O: { type: 'peer-opened', callId, role: 'answerer', ...ofPhone },
        a: happens(1, peerEvents.answer),
        A: { type: 'peer', callId, event: peerEvents.answer, ...ofPhone },
      })
      const message$ = hot('    -----bp----', { b: renegotiate(bob), p: renegotiate(bobsPhone) })
      const expected = '        ------d-s--'
      const sources = { ...scope, peer: ofPhone, first: undefined, event$, message$ }
      expectObservable(peerConnection(sources, closed, env)).toBe(expected, {
        d: { type: 'command', command: describes, ...ofPhone },
        s: sends({ type: 'answer', body: { sdp: 'local answer' }, epoch: 1, to: bobsPhone }),
      })
    }),
  )

  it(
    'reports that its connection is gone, with its epoch',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const error = new CallError('negotiation-failed', 'bad answer')
      const media$ = cold('    s------', { s: media })
      const connection$ = cold('---#   ', peerEvents, error)
      const expected = '        o--u---'
      expectObservable(peerConnection({ ...scope, media$ }, { open: () => connection$ }, env)).toBe(
        expected,
        {
          o: { type: 'peer-opened', role: 'answerer', epoch: 1 },
          u: { type: 'peer-closed', epoch: 1, error },
        },
      )
      expectReleased(connection$).by('^--!')
    }),
  )

  it(
    'errors when a source errors',
    marbleTest(({ hot, cold, env, expectObservable, expectReleased }) => {
      const event$ = hot<CallEvent>('--#')
      const media$ = cold('         s----', { s: media })
      const connection$ = cold('     -----', peerEvents)
      expectObservable(peerConnection({ ...scope, event$, media$ }, { open: () => connection$ }, env)).toBe(
        'o-#',
        {
          o: { type: 'peer-opened', role: 'answerer', epoch: 1 },
        },
      )
      expectReleased(connection$, media$).by('--!')
    }),
  )

  it(
    'closes its connection and releases every source when unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const event$ = cold('     ------o', { o: opened(1) })
      const message$ = cold('   ------o', { o: offer(1) })
      const media$ = cold('    -s-----', { s: media })
      const connection$ = cold(' ------', peerEvents)
      const leave = '           ---!   '
      const sources = { ...scope, event$, message$, media$ }
      expectObservable(peerConnection(sources, { open: () => connection$ }, env), leave).toBe('-o--', {
        o: { type: 'peer-opened', role: 'answerer', epoch: 1 },
      })
      expectReleased(media$).by('-!')
      expectReleased(connection$, event$, message$).by(leave)
    }),
  )
})
