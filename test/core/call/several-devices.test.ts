import { describe, it } from 'vitest'
import { incoming, outgoing } from '../support/messages.ts'
import { candidate } from '../support/outputs.ts'
import { bobsPhone } from '../support/parties.ts'
import { callSymbols, everyDevice, receives, sentByCaller } from '../support/score/call-symbols.ts'
import { performCall } from '../support/score/call.ts'
import { score } from '../support/score/score.ts'

const elsewhere = { reason: 'answered-elsewhere' } as const
const cancelled = { reason: 'cancelled' } as const
const toPhone = { to: bobsPhone, epoch: 0 }

const calling = score(performCall, {
  ...callSymbols,
  remote: {
    ...callSymbols.remote,
    // Bob's phone.
    p: receives(incoming('ringing', {}, { from: bobsPhone })),
    q: receives(incoming('accept', {}, { from: bobsPhone })),
    l: receives(incoming('decline', {}, { from: bobsPhone })),
  },
  sent: {
    ...sentByCaller,
    O: outgoing('offer', { sdp: 'local offer' }, toPhone),
    C: outgoing('candidates', { list: [candidate(1)] }, toPhone),
    e: outgoing('cancel', elsewhere),
    E: outgoing('cancel', elsewhere, { to: bobsPhone }),
    u: outgoing('cancel', cancelled, { to: everyDevice }),
    x: outgoing('cancel', cancelled),
    X: outgoing('cancel', cancelled, { to: bobsPhone }),
  },
})

describe('a call that rings on several devices', () => {
  it(
    'gets the same offer on each, goes to the first that accepts, and is cancelled on all others',
    calling({
      user: '   -d--------------------------h-',
      remote: ' ---r---p-------a-----q---p----',
      capture: ' -s',
      peer: '    ---o-----c--------c----------',
      phase: '  -CIA-----------K------------H-',
      sent: '   --i-o--O--(cC)-(sE)c-E------h-',
    }),
  )

  it(
    'is cancelled at the user and at each device when the caller hangs up',
    calling({
      user: '   -d-----h----',
      remote: ' ---r-p------',
      capture: ' -s',
      peer: '    -',
      phase: '  -CIA---c----',
      sent: '   --i----(uxX)',
    }),
  )

  it(
    'ends and is cancelled on the others when one device declines',
    calling(
      {
        user: '   -d----------',
        remote: ' ---r-p-l----',
        capture: ' -s',
        peer: '    -',
        phase: '  -CIA---d----',
        sent: '   --i----e----',
      },
      { phase: { d: 'ended declined remote' } },
    ),
  )
})
