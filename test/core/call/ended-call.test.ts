import { describe, it } from 'vitest'
import { errorOf } from '../support/errors.ts'
import { callSymbols, sentByCaller } from '../support/score/call-symbols.ts'
import { performCall } from '../support/score/call.ts'
import { score } from '../support/score/score.ts'

const calling = score(performCall, { ...callSymbols, sent: sentByCaller })

describe('a call that has ended', () => {
  it(
    'emits nothing more, whatever arrives late',
    calling({
      user: '    -d------------mwh-',
      remote: '  ----a---x-xanc----',
      capture: '  -s',
      peer: '     -----y--o-z-f----',
      peerOpen: '-^------!---------',
      phase: '   -CI-K-Y-E---------',
      sent: '    --i-s-------------',
      report: '  --------o---------',
      late: '    ------------------',
    }),
  )

  it(
    'reports the texts that were never sent before it completes',
    calling(
      {
        user: '    -d-ww-h-',
        capture: '  -s',
        peer: '     -',
        report: '  ------(eeo)',
      },
      { report: { e: { type: 'error', error: errorOf('text-not-sent') } } },
    ),
  )
})
