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
    'keeps the offer while it rings, applies it once the peer connection is open, and sends the answer to it',
    marbleTest(({ hot, expectObservable }) => {
      const message$ = hot('    -1------2---', received)
      const opened$ = hot('     ----o-------')
      const peer$ = hot('       ------a---a-', peer)
      const expected = '        ----1-A-2-A-'
      expectObservable(answer({ peer$, message$, opened$ })).toBe(expected, out)
    }),
  )

  it(
    'keeps the first four offers, whatever comes',
    marbleTest(({ hot, expectObservable }) => {
      const message$ = hot('    -12345------', received)
      const opened$ = hot('     -------o----')
      const peer$ = hot('       ------------', peer)
      const expected = '        -------(1234)'
      expectObservable(answer({ peer$, message$, opened$ })).toBe(expected, out)
    }),
  )

  it(
    'asks the other side for an offer where this side needs one',
    marbleTest(({ hot, expectObservable }) => {
      const message$ = hot('    ------1', received)
      const opened$ = hot('     o------')
      const peer$ = hot('       --n----', peer)
      const expected = '        --N---1'
      expectObservable(answer({ peer$, message$, opened$ })).toBe(expected, out)
    }),
  )

  it(
    'leaves offers of this side and answers of the other one to `offer`',
    marbleTest(({ hot, expectObservable }) => {
      const message$ = hot('    --a--r--', received)
      const opened$ = hot('     o-------')
      const peer$ = hot('       -o--c---', peer)
      const expected = '        --------'
      expectObservable(answer({ peer$, message$, opened$ })).toBe(expected, out)
    }),
  )

  it(
    'fails as the peer connection does, with offers still kept',
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
    'drops the kept offer and lets go of every source when it is unsubscribed while it rings',
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
