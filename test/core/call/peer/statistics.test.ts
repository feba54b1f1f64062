import { describe, it } from 'vitest'
import { statistics } from '../../../../src/core/call/peer/statistics.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { commands } from '../../support/outputs.ts'

const limits = { maxBitrate: 300_000, scaleDown: 2 }
const actions = {
  m: { type: 'measure' },
  l: { type: 'limit-sending', limits },
  n: { type: 'limit-sending', limits: {} },
} as const
const out = {
  M: commands({ type: 'get-stats' }),
  L: commands({ type: 'limit', limits }),
  N: commands({ type: 'limit', limits: {} }),
}

describe('statistics', () => {
  it(
    'turns each action into a command for the peer connection',
    marbleTest(({ hot, expectObservable }) => {
      const action$ = hot('     --m-l-m-n--', actions)
      const opened$ = hot('     o----------')
      const peerClosed$ = hot(' -----------')
      const expected = '        --M-L-M-N--'
      expectObservable(statistics({ action$, opened$, peerClosed$ })).toBe(expected, out)
    }),
  )

  it(
    'drops an action before the first peer connection, and between two of them',
    marbleTest(({ hot, expectObservable }) => {
      const action$ = hot('     -m---m--m---m--', actions)
      const opened$ = hot('     ---o------o----')
      const peerClosed$ = hot(' ------c--------')
      const expected = '        -----M------M--'
      expectObservable(statistics({ action$, opened$, peerClosed$ })).toBe(expected, out)
    }),
  )

  it(
    'completes and errors as its actions do, and releases its sources when unsubscribed',
    marbleTest(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const opened$ = cold('o--')
      const peerClosed$ = cold('---')
      const finite$ = cold('-m-|', actions)
      const broken$ = cold('-m-#', actions)
      expectObservable(statistics({ action$: finite$, opened$, peerClosed$ })).toBe('-M-|', out)
      expectObservable(statistics({ action$: broken$, opened$, peerClosed$ })).toBe('-M-#', out)
      const action$ = hot('     -m-m-m', actions)
      const opening$ = hot('    o-----')
      const closing$ = hot('    ------')
      expectObservable(statistics({ action$, opened$: opening$, peerClosed$: closing$ }), '^---!').toBe(
        '-M-M-',
        out,
      )
      expectSubscriptions(action$.subscriptions).toBe('^---!')
      expectSubscriptions(opening$.subscriptions).toBe('^---!')
      expectSubscriptions(closing$.subscriptions).toBe('^---!')
    }),
  )
})
