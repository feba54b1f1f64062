import { concatMap, map, NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { chat, type ChatSources } from '../../../../src/core/call/data-channel/chat.ts'
import { limits, type CallAction, type PeerEvent } from '../../../../src/core/index.ts'
import { errorOf } from '../../support/errors.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { commands, peerEvents } from '../../support/outputs.ts'

const longest = 'é'.repeat(limits.text / 2)
const texts = {
  a: { type: 'send', id: 'a', text: 'a' },
  b: { type: 'send', id: 'b', text: 'b' },
  c: { type: 'send', id: 'c', text: 'c' },
  m: { type: 'send', id: 'm', text: longest },
  l: { type: 'send', id: 'l', text: longest + '.' },
} satisfies Record<string, CallAction>
const data = (value: unknown): PeerEvent => ({ type: 'data', data: value })
const text = (seq: number, value: string) => JSON.stringify({ type: 'text', seq, text: value })
const ack = (seq: number) => JSON.stringify({ type: 'ack', seq })
const peer = {
  o: peerEvents.dataOpen,
  t: data(text(1, 'hello')),
  u: data(text(2, 'there')),
  v: data(text(3, 'again')),
  0: data(ack(0)),
  1: data(ack(1)),
  2: data(ack(2)),
  3: data(ack(3)),
}

const local = (value: string, at: number, id = value) => ({
  type: 'text',
  message: { id, from: 'local', text: value, at, delivery: 'sending' },
})
const remote = (value: string, at: number, seq: number) => ({
  type: 'text',
  message: { id: `remote-${seq}`, from: 'remote', text: value, at, delivery: 'delivered' },
})
const delivered = (value: string, at: number) => ({
  type: 'text',
  message: { id: value, from: 'local', text: value, at, delivery: 'delivered' },
})
const puts = (seq: number, value: string) => commands({ type: 'send', data: text(seq, value) })
const acks = (seq: number) => commands({ type: 'send', data: ack(seq) })
const textNotSent = (textId: string) => ({
  type: 'error',
  error: expect.objectContaining({ code: 'text-not-sent', detail: { textId } }) as unknown,
})
const notSent = { type: 'error', error: errorOf('text-not-sent') }
const out = {
  A: puts(1, 'a'),
  B: puts(2, 'b'),
  C: puts(3, 'c'),
  1: acks(1),
  2: acks(2),
  3: acks(3),
  N: notSent,
}

/** Silent sources of the stage; a test overrides some of them. */
const silent: ChatSources = {
  send$: NEVER,
  peer$: NEVER,
  opened$: NEVER,
  ended$: NEVER,
  settings: { maxUnsentTexts: 2, ackMs: 10, maxAckMs: 20 },
}

describe('chat: texts of this side', () => {
  it(
    'wait until the channel is open, and are then sent in order with numbers',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -a-b----------c---', texts)
      const peer$ = hot('       -----o----2-------', peer)
      const leave = '           ------------------!'
      const expected = '        -x-y-(AB)-(de)(zC)'
      expectObservable(chat({ ...silent, send$, peer$ }, env), leave).toBe(expected, {
        ...out,
        x: local('a', 1),
        y: local('b', 3),
        d: delivered('a', 1),
        e: delivered('b', 3),
        z: local('c', 14),
      })
    }),
  )

  it(
    'wait again when a new peer connection is opened, and are sent once its channel is open',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -------a------', texts)
      const peer$ = hot('       --o--------o--', peer)
      const opened$ = hot('     o----o--------')
      const leave = '           --------------!'
      const expected = '        -------x---A--'
      expectObservable(chat({ ...silent, send$, peer$, opened$ }, env), leave).toBe(expected, {
        ...out,
        x: local('a', 7),
      })
    }),
  )

  it(
    'are sent again over a new peer connection unless the other side acknowledged them',
    marbleTest(({ hot, env, expectObservable }) => {
      const settings = { ...silent.settings, ackMs: 100, maxAckMs: 100 }
      const send$ = hot('       --a----b-----------c------', texts)
      const peer$ = hot('       o-----1--------------o---3', peer)
      const opened$ = hot('     --------------o-----------')
      const expected = '        --(xA)d(yB)--------z-(BC)(ef)'
      expectObservable(chat({ ...silent, send$, peer$, opened$, settings }, env)).toBe(expected, {
        ...out,
        x: local('a', 2),
        y: local('b', 7),
        d: delivered('a', 2),
        z: local('c', 19),
        e: delivered('b', 7),
        f: delivered('c', 19),
      })
    }),
  )

  it(
    'are sent again, at growing intervals, until the other side acknowledges them',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       a', texts)
      const peer$ = hot('       -o 9ms - 19ms - 19ms - 9ms 1', peer)
      const expected = '        xA 9ms A 19ms A 19ms A 9ms d'
      expectObservable(chat({ ...silent, send$, peer$ }, env), '200ms !').toBe(expected, {
        ...out,
        x: local('a', 0),
        d: delivered('a', 0),
      })
    }),
  )

  it(
    'are refused when they are too long in bytes, whatever their characters',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       --m---l--a--', texts)
      const peer$ = hot('       o-----------', peer)
      const leave = '           ------------!'
      const expected = '        --(xM)L--(yB)'
      expectObservable(chat({ ...silent, send$, peer$ }, env), leave).toBe(expected, {
        x: local(longest, 2, 'm'),
        M: puts(1, longest),
        L: { type: 'error', error: errorOf('text-too-long') },
        y: local('a', 9),
        B: puts(2, 'a'),
      })
    }),
  )

  it(
    'are refused while too many wait, and accepted again after acknowledgements',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -abc-----c---c', texts)
      const peer$ = hot('       -----o------1-', peer)
      const leave = '           --------------!'
      const expected = '        -xyN-(AB)N--d(zC)'
      expectObservable(chat({ ...silent, send$, peer$ }, env), leave).toBe(expected, {
        ...out,
        x: local('a', 1),
        y: local('b', 2),
        d: delivered('a', 1),
        z: local('c', 13),
      })
    }),
  )
})

describe('chat: texts of the other side', () => {
  it(
    'are emitted with their time, and acknowledged',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -o--t---u-', peer)
      const expected = '        ----(1x)(2y)'
      expectObservable(chat({ ...silent, peer$ }, env)).toBe(expected, {
        ...out,
        x: remote('hello', 4, 1),
        y: remote('there', 8, 2),
      })
    }),
  )

  it(
    'are emitted once and in order, over however many peer connections they arrive',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       o--t---v---o---t---v---u---', peer)
      const opened$ = hot('     ---------o-----------------')
      const expected = '        ---(1x)1-------1---1---(3yz)'
      expectObservable(chat({ ...silent, peer$, opened$ }, env)).toBe(expected, {
        ...out,
        x: remote('hello', 3, 1),
        y: remote('there', 23, 2),
        z: remote('again', 23, 3),
      })
    }),
  )

  it.each<[string, unknown]>([
    ['no JSON', '{"type":'],
    ['no text', new ArrayBuffer(8)],
    ['nothing', undefined],
    ['without a type', '{"text":"x"}'],
    ['of a type that is no text', '{"type":7,"text":"x"}'],
    ['a status of media that does not exist', '{"type":"media","audio":"loud"}'],
    ['more than a text message', '{"type":"text","seq":1,"text":"x","from":"carol"}'],
    ['without text', '{"type":"text","seq":1}'],
    ['without a number', '{"type":"text","text":"x"}'],
    ['too long', text(1, longest + '.')],
  ])('are dropped when they are %s, and the chat continues', (_, garbage) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       o-g-t-', { ...peer, g: data(garbage) })
      const expected = '        --i-(1x)'
      expectObservable(chat({ ...silent, peer$ }, env)).toBe(expected, {
        ...out,
        i: { type: 'error', error: errorOf('invalid-message') },
        x: remote('hello', 4, 1),
      })
    })()
  })
})

it(
  'ignores messages of a type that it does not know, without an error',
  marbleTest(({ hot, env, expectObservable }) => {
    const unknown = ['{"type":"reaction","emoji":"+1"}', '{"type":""}', '{"type":"Text","seq":1,"text":"x"}']
    const peer$ = hot('       o-g-t-', { ...peer, g: data('') }).pipe(
      concatMap((event) => (event.type === 'data' && event.data === '' ? unknown.map(data) : [event])),
    )
    const expected = '        ----(1x)'
    expectObservable(chat({ ...silent, peer$ }, env)).toBe(expected, { ...out, x: remote('hello', 4, 1) })
  }),
)

describe('chat: a flood of unreadable messages', () => {
  it.each<[string, unknown]>([
    ['bytes', new ArrayBuffer(8)],
    ['text that is no JSON', '{'],
    ['JSON that is no message', '{"file":"x"}'],
    ['messages larger than any', ' '.repeat(limits.data) + ack(1)],
  ])('causes four errors for a thousand messages, and loses no text: %s', (_, garbage) => {
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       o-g--------t', { ...peer, g: data(garbage) }).pipe(
        concatMap((event) =>
          event.type === 'data' && event.data === garbage ? Array<PeerEvent>(1_000).fill(event) : [event],
        ),
      )
      const expected = '        --(iiii)---(1x)'
      expectObservable(chat({ ...silent, peer$ }, env)).toBe(expected, {
        ...out,
        i: { type: 'error', error: errorOf('invalid-message') },
        x: remote('hello', 11, 1),
      })
    })()
  })

  it(
    'reports how many were dropped, and why the last one was',
    marbleTest(({ cold, env, expectObservable }) => {
      const peer$ = cold('      g', { g: data('{') }).pipe(
        concatMap((event) => Array<PeerEvent>(10).fill(event)),
      )
      const words$ = chat({ ...silent, peer$ }, env).pipe(
        map((output) => (output.type === 'error' ? output.error.message : output.type)),
      )
      expectObservable(words$).toBe('(ab)', {
        a: expect.stringMatching(/^dropped a message of the data channel: ./) as string,
        b: expect.stringMatching(
          /^dropped 10 messages of the data channel in this call, the last one because: ./,
        ) as string,
      })
    }),
  )

  it(
    'accepts the longest text whose JSON escapes need the most characters',
    marbleTest(({ hot, env, expectObservable }) => {
      const worst = '\u0001'.repeat(limits.text)
      const peer$ = hot('       o-t', { ...peer, t: data(text(1, worst)) })
      expectObservable(chat({ ...silent, peer$ }, env)).toBe('--(1x)', { ...out, x: remote(worst, 2, 1) })
    }),
  )
})

describe('chat: the end of the call', () => {
  it(
    'reports each text that was never sent, and completes',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const send$ = cold('      -a-b-----c-', texts)
      const peer$ = cold('      -------t---', peer)
      const ended$ = cold('     -----e-----')
      const expected = '        -x-y-(NN|) '
      const subscribed = '      ^----!     '
      expectObservable(chat({ ...silent, send$, peer$, ended$ }, env)).toBe(expected, {
        ...out,
        x: local('a', 1),
        y: local('b', 3),
      })
      expectReleased(send$, peer$, ended$).by(subscribed)
    }),
  )

  it(
    'reports each text that was sent but not acknowledged, and no other',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -a-b----------', texts)
      const peer$ = hot('       -----o----1---', peer)
      const ended$ = hot('      ------------e-')
      const expected = '        -x-y-(AB)-d-(N|)'
      expectObservable(chat({ ...silent, send$, peer$, ended$ }, env)).toBe(expected, {
        ...out,
        x: local('a', 1),
        y: local('b', 3),
        d: delivered('a', 1),
        N: textNotSent('b'),
      })
    }),
  )

  it(
    'reports nothing when every text was acknowledged, or none was written',
    marbleTest(({ hot, env, expectObservable }) => {
      const send$ = hot('       -a------', texts)
      const peer$ = hot('       ---o-1--', peer)
      const ended$ = hot('      ------e-')
      expectObservable(chat({ ...silent, send$, peer$, ended$ }, env)).toBe('-x-A-d|', {
        ...out,
        x: local('a', 1),
        d: delivered('a', 1),
      })
      expectObservable(chat({ ...silent, peer$, ended$ }, env)).toBe('------|')
    }),
  )
})

describe('chat', () => {
  it(
    'errors when the peer connection errors',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -o-#', peer)
      expectObservable(chat({ ...silent, peer$ }, env)).toBe('---#')
    }),
  )

  it(
    'releases every source, and sends nothing again, when unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const send$ = cold('      -a-----------b', texts)
      const peer$ = cold('      o------------o', peer)
      const opened$ = cold('    --------------')
      const ended$ = cold('     --------------')
      const leave = '           ---!          '
      const expected = '        -(xA)         '
      const subscribed = '      ^--!          '
      expectObservable(chat({ ...silent, send$, peer$, opened$, ended$ }, env), leave).toBe(expected, {
        ...out,
        x: local('a', 1),
      })
      expectReleased(send$, opened$, peer$, ended$).by(subscribed)
    }),
  )
})
