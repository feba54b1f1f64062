import { NEVER } from 'rxjs'
import { describe, it } from 'vitest'
import { chat, type ChatSources } from '../../../src/core/call/chat.ts'
import { limits, type CallAction, type PeerEvent } from '../../../src/core/index.ts'
import { errorOf } from '../support/errors.ts'
import { marbleTest } from '../support/marble-test.ts'
import { commands, peerEvents } from '../support/outputs.ts'

const longest = 'é'.repeat(limits.text / 2)
const texts = {
  a: { type: 'send', text: 'a' },
  b: { type: 'send', text: 'b' },
  c: { type: 'send', text: 'c' },
  m: { type: 'send', text: longest },
  l: { type: 'send', text: longest + '.' },
} satisfies Record<string, CallAction>
const data = (value: unknown): PeerEvent => ({ type: 'data', data: value })
const peer = { o: peerEvents.dataOpen, t: data('{"type":"text","text":"hello"}') }

const local = (text: string, at: number) => ({ type: 'text', message: { from: 'local', text, at } })
const remote = (text: string, at: number) => ({ type: 'text', message: { from: 'remote', text, at } })
const puts = (text: string) => commands({ type: 'send', data: JSON.stringify({ type: 'text', text }) })
const notSent = { type: 'error', error: errorOf('text-not-sent') }

/** A call without chat; a test puts in what is to happen. */
const silent: ChatSources = {
  send$: NEVER,
  peer$: NEVER,
  opened$: NEVER,
  ended$: NEVER,
  settings: { maxUnsentTexts: 2 },
}

describe('chat', () => {
  it(
    'keeps what is written before the channel is open, and sends it then, in order',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -a-b-----c---', texts)
      const peer$ = hot('       -----o-------', peer)
      const expected = '        -x-y-(AB)(zC)'
      expectObservable(chat({ ...silent, send$, peer$ }, env)).toBe(expected, {
        x: local('a', 1),
        y: local('b', 3),
        z: local('c', 9),
        A: puts('a'),
        B: puts('b'),
        C: puts('c'),
      })
    }),
  )

  it(
    'tells of each text that arrives, and when',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -o--t---t-', peer)
      const expected = '        ----x---y-'
      expectObservable(chat({ ...silent, peer$ }, env)).toBe(expected, {
        x: remote('hello', 4),
        y: remote('hello', 8),
      })
    }),
  )

  it(
    'waits again where a new peer connection is opened',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -------a-----', texts)
      const peer$ = hot('       --o--------o-', peer)
      const opened$ = hot('     o----o-------')
      const expected = '        -------x---A-'
      expectObservable(chat({ ...silent, send$, peer$, opened$ }, env)).toBe(expected, {
        x: local('a', 7),
        A: puts('a'),
      })
    }),
  )

  it(
    'keeps what waits when the peer connection is opened',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -a-------', texts)
      const opened$ = hot('     ---o-----')
      const peer$ = hot('       ------o--', peer)
      const expected = '        -x----A--'
      expectObservable(chat({ ...silent, send$, peer$, opened$ }, env)).toBe(expected, {
        x: local('a', 1),
        A: puts('a'),
      })
    }),
  )

  it(
    'sends a text once, though the channel tells twice that it is open',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -a-----', texts)
      const peer$ = hot('       ---o-o-', peer)
      const expected = '        -x-A---'
      expectObservable(chat({ ...silent, send$, peer$ }, env)).toBe(expected, {
        x: local('a', 1),
        A: puts('a'),
      })
    }),
  )

  it(
    'refuses a text that is too long, by its bytes and not by its characters',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       --m---l--a-', texts)
      const peer$ = hot('       o----------', peer)
      const expected = '        --(xM)L--(yA)'
      expectObservable(chat({ ...silent, send$, peer$ }, env)).toBe(expected, {
        x: local(longest, 2),
        M: puts(longest),
        L: { type: 'error', error: errorOf('text-too-long') },
        y: local('a', 9),
        A: puts('a'),
      })
    }),
  )

  it(
    'refuses one text too many for the queue, and keeps the others',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -abc-----c', texts)
      const peer$ = hot('       -----o----', peer)
      const expected = '        -xyN-(AB)(zC)'
      expectObservable(chat({ ...silent, send$, peer$ }, env)).toBe(expected, {
        x: local('a', 1),
        y: local('b', 2),
        N: notSent,
        A: puts('a'),
        B: puts('b'),
        z: local('c', 9),
        C: puts('c'),
      })
    }),
  )

  it.each<[string, unknown]>([
    ['no JSON', '{"type":'],
    ['no text', new ArrayBuffer(8)],
    ['nothing', undefined],
    ['of another type', '{"type":"file","text":"x"}'],
    ['more than a text message', '{"type":"text","text":"x","from":"carol"}'],
    ['without text', '{"type":"text"}'],
    ['too long', JSON.stringify({ type: 'text', text: longest + '.' })],
  ])('drops what is %s, and goes on', (_, garbage) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -g-t-', { ...peer, g: data(garbage) })
      const expected = '        -i-x-'
      expectObservable(chat({ ...silent, peer$ }, env)).toBe(expected, {
        i: { type: 'error', error: errorOf('invalid-message') },
        x: remote('hello', 3),
      })
    })()
  })

  it(
    'tells of each text that never went out when the call ends, and ends',
    marbleTest(({ cold, env, expectObservable, expectSubscriptions }) => {
      const send$ = cold('      -a-b-----c-', texts)
      const peer$ = cold('      -------t---', peer)
      const ended$ = cold('     -----e-----')
      const expected = '        -x-y-(NN|) '
      const subscribed = '      ^----!     '
      expectObservable(chat({ ...silent, send$, peer$, ended$ }, env)).toBe(expected, {
        x: local('a', 1),
        y: local('b', 3),
        N: notSent,
      })
      expectSubscriptions(send$.subscriptions).toBe(subscribed)
      expectSubscriptions(peer$.subscriptions).toBe([subscribed, subscribed])
      expectSubscriptions(ended$.subscriptions).toBe([subscribed, subscribed])
    }),
  )

  it(
    'has nothing to tell at the end where everything went out',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -a-----', texts)
      const peer$ = hot('       ---o---', peer)
      const ended$ = hot('      -----e-')
      const expected = '        -x-A-|'
      expectObservable(chat({ ...silent, send$, peer$, ended$ }, env)).toBe(expected, {
        x: local('a', 1),
        A: puts('a'),
      })
    }),
  )

  it(
    'fails as the peer connection does',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -o-#', peer)
      expectObservable(chat({ ...silent, peer$ }, env)).toBe('---#')
    }),
  )

  it(
    'lets go of every source when it is unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectSubscriptions }) => {
      const send$ = cold('      -a----b', texts)
      const peer$ = cold('      ------o', peer)
      const opened$ = cold('    -------')
      const ended$ = cold('     -------')
      const leave = '           ---!   '
      const expected = '        -x--   '
      const subscribed = '      ^--!   '
      expectObservable(chat({ ...silent, send$, peer$, opened$, ended$ }, env), leave).toBe(expected, {
        x: local('a', 1),
      })
      expectSubscriptions(send$.subscriptions).toBe(subscribed)
      expectSubscriptions(opened$.subscriptions).toBe(subscribed)
      expectSubscriptions(peer$.subscriptions).toBe([subscribed, subscribed])
      expectSubscriptions(ended$.subscriptions).toBe([subscribed, subscribed])
    }),
  )
})
