import { BehaviorSubject } from 'rxjs'
import { describe, it } from 'vitest'
import { secondInvites } from '../../../../src/core/call/setup/second-invite.ts'
import type { CallState } from '../../../../src/core/call/state.ts'
import {
  defaultSettings as settings,
  type CallEvent,
  type ClientState,
  type PeerEvent,
} from '../../../../src/core/index.ts'
import { initialState } from '../../../../src/core/stages/index.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { audioOnly, bob, bobsPhone, callId, carol, higherId, lowerId } from '../../support/parties.ts'
import { connected, ended, ringing } from '../../support/states.ts'

const media = audioOnly
const told = { audio: 'on', video: 'off', held: true } as const
const model = (call: CallState): ClientState => ({ ...initialState, call, localMedia: told })
const invite = (changed: Parameters<typeof incoming>[2] = {}) =>
  incoming('invite', { media }, { callId: lowerId, from: bobsPhone, ...changed })
const reviewed = (waited: number, isSilent?: boolean, changed: Parameters<typeof incoming>[2] = {}) => ({
  type: 'reviewed',
  invite: invite({ ageMs: waited, ...changed }),
  isSilent,
})
const peer = (event: PeerEvent, epoch = 0): CallEvent => ({ type: 'peer', callId, epoch, event })
const bytes = (count: number, epoch = 0) => peer({ type: 'received', bytes: count }, epoch)
const commands = (epoch: number, command: object) => ({ type: 'command', callId, epoch, command })
const data = JSON.stringify({ type: 'media', ...told })

const events = {
  o: { type: 'peer-opened', callId, epoch: 0, role: 'offerer' },
  p: { type: 'peer-opened', callId, epoch: 1, role: 'offerer' },
  d: peer({ type: 'data-open' }),
  u: { type: 'peer-closed', callId, epoch: 0 },
  i: { type: 'received', message: invite() },
  j: { type: 'received', message: invite({ callId: higherId }) },
  k: { type: 'dismissed', invite: { callId: lowerId, user: 'bob' } },
  l: { type: 'dismissed', invite: { callId: higherId, user: 'bob' } },
  y: { type: 'action', action: { type: 'mute', kind: 'audio', muted: true } },
  K: { type: 'dismissed', invite: { callId: lowerId, user: 'carol' } },
  e: { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'remote' },
  x: { type: 'action', action: { type: 'close' } },
  0: bytes(0),
  1: bytes(1),
  2: bytes(2),
  3: bytes(3),
  4: bytes(4),
  5: bytes(5),
  6: bytes(6),
  7: bytes(1, 1),
} as const satisfies Record<string, CallEvent>

const outputs = {
  m: commands(0, { type: 'measure' }),
  s: commands(0, { type: 'send', data }),
  n: commands(1, { type: 'measure' }),
  q: reviewed(2_000, true),
  Q: reviewed(3_000, true),
  b: reviewed(3_000, false),
  e: reviewed(700),
}

/** The outputs for these events in a client in a call with bob: `m` measures, `q` and `Q` are silent, `b` is busy. */
const leadsTo = (marbles: string, expected: string, call: CallState = connected) =>
  marbleTest(({ hot, env, expectObservable }) => {
    const event$ = hot<CallEvent>(marbles, events)
    const client$ = new BehaviorSubject(model(call))
    expectObservable(secondInvites({ event$, client$, settings }, env)).toBe(expected, outputs)
  })

describe('an invite of another party of the user in the call', () => {
  it(
    'is silent when nothing has arrived for two seconds',
    leadsTo(
      'oi 5ms 3                                                  ',
      '-m 499ms m 499ms m 499ms m 499ms q',
    ),
  )

  it(
    'is silent when every measurement shows as many bytes as the first',
    leadsTo('oi 497ms 3 499ms 3 499ms 3', '-m 499ms m 499ms m 499ms m 499ms q'),
  )

  it(
    'is not silent after three seconds if bytes arrived between the looks',
    leadsTo(
      'oi 0 497ms 1 499ms 2 499ms 3 499ms 4 499ms 5',
      '-m   499ms m 499ms m 499ms m 499ms m 499ms m 499ms b',
    ),
  )

  it(
    'is silent when bytes have stopped arriving for two seconds, up to the end of its time',
    leadsTo('oi 0 500ms 1 499ms 2 ', '-m   499ms m 499ms m 499ms m 499ms m 499ms m 499ms Q'),
  )

  it(
    'makes the data channel carry something, so that bytes arrive even if neither side sends media',
    leadsTo('(od)i', '----(ms) 496ms (ms) 496ms (ms) 496ms (ms) 496ms q'),
  )

  it('is silent without a peer connection, and measures nothing', leadsTo('oui', '-- 2s q'))

  it(
    'measures the new peer connection, even when the one before it closes late',
    leadsTo('opui', '---n 499ms n 499ms n 499ms n 499ms q'),
  )

  it(
    'counts the bytes of a new peer connection from 0',
    leadsTo('oi 5 599ms p 499ms 7', '-m 499ms m 499ms n 499ms n 499ms n 499ms n 499ms Q'),
  )
})

describe('while an invite waits', () => {
  it(
    'it is decided again as soon as the open call ends, older by its waiting time',
    leadsTo('oi 699ms e', '-m 499ms m 199ms e'),
  )

  it('it is forgotten when it is cancelled', leadsTo('oi 699ms k', '-m 499ms m'))

  it('nobody else can cancel it', leadsTo('oi 699ms K', '-m 499ms m 499ms m 499ms m 499ms q'))

  it(
    'it keeps waiting when the user does something else, or another invite is dismissed',
    leadsTo('oi 699ms yl', '-m 499ms m 499ms m 499ms m 499ms q'),
  )

  it('it is forgotten when the client leaves', leadsTo('oi 699ms x-e', '-m 499ms m'))

  it(
    'it may be repeated, and so may another one, because the connection is measured',
    leadsTo('oi 99ms i 99ms j', '-m 499ms m 499ms m 499ms m 499ms q'),
  )
})

describe('an invite does not wait', () => {
  it.each([
    ['that comes from the very party of the call', connected, invite({ from: bob })],
    ['that comes from another user', connected, invite({ from: carol })],
    ['that is of the open call', connected, invite({ callId })],
    ['that has no time left to ring', connected, invite({ ttlMs: 2_999 })],
    [
      'that is another message',
      connected,
      incoming('offer', { sdp: 'sdp' }, { callId: lowerId, from: bobsPhone }),
    ],
    ['while the call rings', ringing, invite()],
    ['when the call has ended', ended, invite()],
  ])('%s', (_, call, message) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot<CallEvent>('-i', { i: { type: 'received', message } })
      const client$ = new BehaviorSubject(model(call))
      expectObservable(secondInvites({ event$, client$, settings }, env)).toBe('--')
    })()
  })
})

it(
  'releases its sources and its timer when it is unsubscribed while an invite waits',
  marbleTest(({ hot, env, expectObservable, expectReleased }) => {
    const event$ = hot<CallEvent>('oi----', events)
    const client$ = new BehaviorSubject(model(connected))
    const leave = '                ---!'
    expectObservable(secondInvites({ event$, client$, settings }, env), leave).toBe('-m', outputs)
    expectReleased(event$).by('^--!')
  }),
)
