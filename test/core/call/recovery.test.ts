import { EMPTY } from 'rxjs'
import { describe, it } from 'vitest'
import { recovery } from '../../../src/core/call/recovery.ts'
import type { PeerEvent } from '../../../src/core/index.ts'
import { marbleTest } from '../support/marble-test.ts'
import { peerEvents } from '../support/outputs.ts'

const peer: Record<string, PeerEvent> = {
  n: { type: 'connection-state', state: 'new' },
  t: peerEvents.connecting,
  c: peerEvents.connected,
  d: peerEvents.disconnected,
  f: peerEvents.failed,
  x: peerEvents.closed,
  i: { type: 'ice-connection-state', state: 'connected' },
  j: { type: 'ice-connection-state', state: 'disconnected' },
}
const linkedAt = (at: number) => ({ type: 'linked', at })
/** Nobody answers, for this side was called. */
const answered$ = EMPTY
const out = { I: { type: 'interrupted' } }

describe('recovery', () => {
  it(
    'tells when the connection comes up, when it is interrupted, and when it is back',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -nt-c--d---c--', peer)
      const expected = '        ----A--I---B--'
      expectObservable(recovery({ peer$, answered$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(4),
        B: linkedAt(11),
      })
    }),
  )

  it(
    'tells each change once',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -cc-dtd--tc-c-', peer)
      const expected = '        -A--I-----B---'
      expectObservable(recovery({ peer$, answered$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(1),
        B: linkedAt(10),
      })
    }),
  )

  it(
    'leaves the final states to `teardown`, and goes by the whole connection, not by ICE alone',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -i-j-f-x-', peer)
      const expected = '        ---------'
      expectObservable(recovery({ peer$, answered$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'tells again of a connection that was up before the call was answered, and of none that was not',
    marbleTest(({ hot, env, expectObservable }) => {
      const answered$ = hot('   a---a--a--', {})
      const peer$ = hot('       --c--d---c-', peer)
      const expected = '        --A-BI-I-C-'
      expectObservable(recovery({ peer$, answered$ }, env)).toBe(expected, {
        ...out,
        A: linkedAt(2),
        B: linkedAt(4),
        C: linkedAt(9),
      })
    }),
  )

  it(
    'ends and fails as the peer connection does',
    marbleTest(({ hot, env, expectObservable }) => {
      const ending$ = hot('     -c-|', peer)
      const failing$ = hot('    -c-#', peer)
      expectObservable(recovery({ peer$: ending$, answered$ }, env)).toBe('-A-|', { A: linkedAt(1) })
      expectObservable(recovery({ peer$: failing$, answered$ }, env)).toBe('-A-#', { A: linkedAt(1) })
    }),
  )

  it(
    'lets go of its source when it is unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectSubscriptions }) => {
      const peer$ = cold('      -c--d', peer)
      const leave = '           ---!'
      expectObservable(recovery({ peer$, answered$ }, env), leave).toBe('-A--', { A: linkedAt(1) })
      expectSubscriptions(peer$.subscriptions).toBe('^--!')
    }),
  )
})
