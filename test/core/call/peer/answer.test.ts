import { describe, it } from 'vitest'
import { answer } from '../../../../src/core/call/peer/answer.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { commands, peerEvents, sends } from '../../support/outputs.ts'

const peer = { o: peerEvents.offer, a: peerEvents.answer, n: peerEvents.renegotiate, c: peerEvents.candidate }
const offers = Object.fromEntries(
  [1, 2, 3, 4, 5].map((n) => [String(n), incoming('offer', { sdp: `remote offer ${n}` })]),
)
const received = {
  ...offers,
  a: incoming('answer', { sdp: 'remote answer' }),
  r: incoming('renegotiate', {}),
}
const applied = Object.fromEntries(
  [1, 2, 3, 4, 5].map((n) => [
    String(n),
    commands({ type: 'description', description: { type: 'offer', sdp: `remote offer ${n}` } }),
  ]),
)
const out = {
  ...applied,
  A: sends({ type: 'answer', body: { sdp: 'local answer' } }),
  N: sends({ type: 'renegotiate', body: {} }),
}

describe('answer', () => {
  it(
    'buffers the offer while it rings, applies it once the peer connection is open, and sends the answer',
    marbleTest(({ hot, expectObservable }) => {
      const message$ = hot('    -1------2---', received)
      const opened$ = hot('     ----o-------')
      const peer$ = hot('       ------a---a-', peer)
      const expected = '        ----1-A-2-A-'
      expectObservable(answer({ peer$, message$, opened$ })).toBe(expected, out)
    }),
  )

  it(
    'buffers at most four offers, the first ones',
    marbleTest(({ hot, expectObservable }) => {
      const message$ = hot('    -12345------', received)
      const opened$ = hot('     -------o----')
      const peer$ = hot('       ------------', peer)
      const expected = '        -------(1234)'
      expectObservable(answer({ peer$, message$, opened$ })).toBe(expected, out)
    }),
  )

  it(
    'asks the other side for an offer when this side needs one',
    marbleTest(({ hot, expectObservable }) => {
      const message$ = hot('    ------1', received)
      const opened$ = hot('     o------')
      const peer$ = hot('       --n----', peer)
      const expected = '        --N---1'
      expectObservable(answer({ peer$, message$, opened$ })).toBe(expected, out)
    }),
  )

  it(
    'ignores its own offers and remote answers, which are for `offer`',
    marbleTest(({ hot, expectObservable }) => {
      const message$ = hot('    --a--r--', received)
      const opened$ = hot('     o-------')
      const peer$ = hot('       -o--c---', peer)
      const expected = '        --------'
      expectObservable(answer({ peer$, message$, opened$ })).toBe(expected, out)
    }),
  )

  it(
    'errors when the peer connection errors, even with buffered offers',
    marbleTest(({ cold, expectObservable, expectReleased }) => {
      const message$ = cold('   -1----', received)
      const opened$ = cold('    -----o')
      const peer$ = cold('      ---#  ', peer)
      const expected = '        ---#  '
      const subscribed = '      ^--!  '
      expectObservable(answer({ peer$, message$, opened$ })).toBe(expected, out)
      expectReleased(message$, opened$).by(subscribed)
    }),
  )

  it(
    'drops the buffered offer and releases every source when unsubscribed while it rings',
    marbleTest(({ cold, expectObservable, expectReleased }) => {
      const message$ = cold('   -1----', received)
      const opened$ = cold('    -----o')
      const peer$ = cold('      ------', peer)
      const leave = '           ---!  '
      const subscribed = '      ^--!  '
      expectObservable(answer({ peer$, message$, opened$ }), leave).toBe('----')
      expectReleased(message$, opened$, peer$).by(subscribed)
    }),
  )
})
