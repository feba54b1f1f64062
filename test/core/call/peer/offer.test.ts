import { describe, it } from 'vitest'
import { offer } from '../../../../src/core/call/peer/offer.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { commands, peerEvents, sends } from '../../support/outputs.ts'

const peer = { o: peerEvents.offer, a: peerEvents.answer, n: peerEvents.renegotiate, c: peerEvents.candidate }
const received = {
  a: incoming('answer', { sdp: 'remote answer' }),
  r: incoming('renegotiate', {}),
  o: incoming('offer', { sdp: 'remote offer' }),
  k: incoming('ringing', {}),
}
const out = {
  O: sends({ type: 'offer', body: { sdp: 'local offer' } }),
  A: commands({ type: 'description', description: { type: 'answer', sdp: 'remote answer' } }),
  R: commands({ type: 'renegotiate' }),
}

describe('offer', () => {
  it(
    'sends each offer of the peer connection, and applies the answer to it',
    marbleTest(({ hot, expectObservable }) => {
      const peer$ = hot('       -o------o----', peer)
      const message$ = hot('    ----a------a-', received)
      const expected = '        -O--A---O--A-'
      expectObservable(offer({ peer$, message$ })).toBe(expected, out)
    }),
  )

  it(
    'makes a new offer when the other side asks for one',
    marbleTest(({ hot, expectObservable }) => {
      const peer$ = hot('       ------o', peer)
      const message$ = hot('    --r----', received)
      const expected = '        --R---O'
      expectObservable(offer({ peer$, message$ })).toBe(expected, out)
    }),
  )

  it(
    'ignores its own answers and remote offers, which are for `answer`',
    marbleTest(({ hot, expectObservable }) => {
      const peer$ = hot('       -a-n-c---', peer)
      const message$ = hot('    ----o-k--', received)
      const expected = '        ---------'
      expectObservable(offer({ peer$, message$ })).toBe(expected, out)
    }),
  )

  it(
    'errors when the peer connection errors',
    marbleTest(({ hot, cold, expectObservable, expectReleased }) => {
      const peer$ = hot('       -o-#', peer)
      const message$ = cold('   ------a', received)
      const expected = '        -O-#'
      expectObservable(offer({ peer$, message$ })).toBe(expected, out)
      expectReleased(message$).by('^--!')
    }),
  )

  it(
    'releases both sources when unsubscribed',
    marbleTest(({ cold, expectObservable, expectReleased }) => {
      const peer$ = cold('      -o-----', peer)
      const message$ = cold('   ----a-a', received)
      const leave = '           -----!'
      const expected = '        -O--A-'
      expectObservable(offer({ peer$, message$ }), leave).toBe(expected, out)
      expectReleased(peer$, message$).by('^----!')
    }),
  )
})
