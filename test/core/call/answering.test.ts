import { describe, it } from 'vitest'
import { CallError, type CallErrorCode } from '../../../src/core/index.ts'
import { errorOf } from '../support/errors.ts'
import { incoming } from '../support/messages.ts'
import { audioAndVideo as media, audioOnly } from '../support/parties.ts'
import { acts, callSymbols, incomingCall, receives, sentByCallee } from '../support/score/call-symbols.ts'
import { performCall } from '../support/score/call.ts'
import { score } from '../support/score/score.ts'

const answering = score(performCall, { ...callSymbols, sent: sentByCallee })
const refusals: readonly CallErrorCode[] = [
  'permission-denied',
  'no-device',
  'device-in-use',
  'capture-failed',
]

describe('a call to this user', () => {
  it(
    'rings, opens camera and connection only when the user accepts, and releases everything at the end',
    answering({
      user: '       --------a-------------',
      remote: '     -i-oc---------s-----x-',
      capture: '            --s',
      captureOpen: '--------^-----------!-',
      peer: '               ---acy',
      peerOpen: '   --------^-----------!-',
      phase: '      -R------K-----Y-----E-',
      sent: '       -r------a--nc---------',
      command: '    --------(OK)----------',
      report: '     --------------------o-',
    }),
  )

  it(
    'hands the ports the media that the user accepts with',
    answering(
      {
        user: '   ---a--',
        remote: ' -i----',
        capture: '   -a',
        peer: '      -',
        phase: '  -R-K--',
        leave: '  ------!',
        asked: [audioOnly],
        openings: [{ role: 'answerer', stream: null, sends: ['audio'] }],
      },
      { user: { a: acts({ type: 'accept', media: audioOnly }) } },
    ),
  )

  it.each(refusals)('continues without the device that cannot be opened on accepting: %s', (code) => {
    const refusal = new CallError(code, 'no')
    answering(
      {
        user: '          ---a-------',
        remote: '        -i---s---x-',
        capture: ['         --e', ' -a-', 'e'],
        captureOpen: ['  ---^-!', '-----^---!', '-----(^!)'],
        peer: '             --y--',
        phase: '         -R-K-Y---E-',
        report: '        -----e---o-',
        asked: [media, audioOnly, { audio: false, video: true }],
      },
      { capture: { e: refusal }, report: { e: { type: 'error', error: errorOf(code) } } },
    )()
  })

  it(
    'is answered with audio alone when the caller sends audio alone',
    answering(
      {
        user: '   ---a--',
        remote: ' -i----',
        capture: '   -a',
        peer: '      -',
        phase: '  -R-K--',
        leave: '  ------!',
        asked: [audioOnly],
        openings: [{ role: 'answerer', stream: null, sends: ['audio'] }],
      },
      { remote: { i: { ...incomingCall, media: audioOnly } } },
    ),
  )

  it(
    'releases the camera when the caller cancels during the permission prompt',
    answering(
      {
        user: '       ---a------',
        remote: '     -i---x----',
        capture: '       -----s',
        captureOpen: '---^-!----',
        peer: '          -',
        phase: '      -R-K-X----',
        sent: '       -r-a------',
      },
      {
        remote: { x: receives(incoming('cancel', { reason: 'cancelled' })) },
        phase: { X: 'ended cancelled remote' },
      },
    ),
  )

  it(
    'opens nothing when the user declines',
    answering(
      {
        user: '       ----n-a-',
        remote: '     -io-----',
        capture: '     -s',
        captureOpen: '',
        phase: '      -R--X---',
        sent: '       -r--d---',
      },
      { phase: { X: 'ended declined local' } },
    ),
  )

  it(
    'stops ringing when the invite expires',
    answering(
      {
        remote: ' -i',
        phase: '  -R 39ms n',
      },
      { remote: { i: { ...incomingCall, ringMs: 40 } } },
    ),
  )

  it(
    'ends when the connection is not established in time',
    answering({
      user: '       ---a',
      remote: '     -i',
      capture: '       -s',
      captureOpen: '---^ 49ms !',
      peer: '          -',
      phase: '      -R-K 49ms f',
      sent: '       -r-a 49ms f',
    }),
  )
})
