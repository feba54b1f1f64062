import { throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallError } from '../../../src/core/index.ts'
import { errorOf } from '../support/errors.ts'
import { incoming, outgoing } from '../support/messages.ts'
import { audioAndVideo as media, audioOnly, bobsPhone, callId, carol, lowerId } from '../support/parties.ts'
import {
  callSymbols,
  everyDevice,
  outgoingCall,
  receives,
  sentByCaller,
} from '../support/score/call-symbols.ts'
import { performCall } from '../support/score/call.ts'
import { score } from '../support/score/score.ts'

const calling = score(performCall, { ...callSymbols, sent: sentByCaller })

describe('a call that this user makes', () => {
  it(
    'captures, invites, offers to the device that rings, connects once it accepts, and releases everything on hang-up',
    calling({
      user: '       -d-------------------h-',
      remote: '     -------r-----acn-------',
      capture: '     --s',
      captureOpen: '-^-------------------!-',
      peer: '        ---oc------------y',
      peerOpen: '   -^-------------------!-',
      phase: '      -C-I---A-----K----Y--H-',
      sent: '       ---i---(oc)--s-------h-',
      command: '    --------------KA-------',
      report: '     ---------------------o-',
    }),
  )

  it(
    'hands the ports the media of the call',
    calling(
      {
        user: '    -d--',
        capture: '  -a',
        peer: '     -',
        phase: '   -CI-',
        leave: '   ------!',
        asked: [audioOnly],
        openings: [{ role: 'offerer', stream: null, sends: ['audio'] }],
      },
      { user: { d: { ...outgoingCall, media: audioOnly } } },
    ),
  )

  it(
    'is connected again after an interruption',
    calling({
      user: '   -d----------',
      remote: ' ----a-------',
      capture: ' -s',
      peer: '    -----y-z--y',
      phase: '  -CI-K-Y-Z--Y',
    }),
  )

  it(
    'invites without a camera when the user wants neither audio nor video',
    calling(
      {
        user: '       -d-----h-',
        capture: '     -s',
        captureOpen: '',
        peer: '        --------',
        peerOpen: '   -^-----!-',
        phase: '      -(CI)--c-',
        openings: [{ role: 'offerer', stream: null, sends: [] }],
      },
      { user: { d: { ...outgoingCall, media: { audio: false, video: false } } } },
    ),
  )

  it(
    'releases the camera and sends nothing when the user gives up before the camera is open',
    calling({
      user: '       -d-h----',
      capture: '     -----s-',
      captureOpen: '-^-!----',
      peer: '        -------',
      phase: '      -C-c----',
      sent: '       --------',
    }),
  )

  it(
    'ends and sends nothing when camera and microphone are refused',
    calling(
      {
        user: '       -d-----',
        capture: '     --e',
        captureOpen: '-^-!---',
        peer: '        ------',
        phase: '      -C-c---',
        sent: '       -------',
      },
      { capture: { e: new CallError('permission-denied', 'no') } },
    ),
  )

  it(
    'ends with a capture error, whatever the camera throws',
    calling(
      {
        user: '   -d-----',
        capture: ' --e',
        peer: '    ------',
        ended: '  ---e---',
        emitted: '-p-(eo)',
      },
      {
        capture: { e: new TypeError('broken driver') },
        emitted: { p: 'peer-opened', e: 'ended', o: 'completed' },
        ended: {
          e: {
            type: 'ended',
            callId,
            at: expect.any(Number) as number,
            reason: 'media-error',
            by: 'local',
            error: errorOf('capture-failed'),
          },
        },
      },
    ),
  )

  it(
    'opens the camera only once when it fails at once',
    calling(
      {
        user: '   -d-----',
        capture: throwError(() => new CallError('no-device', 'none')),
        peer: '    ------',
        phase: '  -(Cm)--',
        asked: [media],
      },
      { phase: { m: 'ended media-error local' } },
    ),
  )

  it(
    'cancels and releases everything when nobody answers in time',
    calling(
      {
        user: '       -d',
        remote: '     ---r',
        capture: '     -s',
        captureOpen: '-^ 100ms !',
        peer: '        --',
        peerOpen: '   -^- 99ms !',
        phase: '      -CIA  98ms n',
        sent: '       --i-  98ms (nm)',
      },
      {
        sent: {
          n: outgoing('cancel', { reason: 'no-answer' }, { to: everyDevice }),
          m: outgoing('cancel', { reason: 'no-answer' }),
        },
      },
    ),
  )

  it(
    'ends when the relay cannot deliver its invite, but not when the relay refuses that of another call',
    calling(
      {
        user: '    -d------',
        relay: '   ----f-u-',
        capture: '  -s',
        peer: '     ------',
        peerOpen: '-^----!-',
        phase: '   -CI---u-',
        sent: '    --i-----',
      },
      {
        relay: {
          f: {
            type: 'refused',
            message: outgoing('invite', { media }, { callId: lowerId }),
            error: new CallError('unreachable', 'nobody'),
          },
          u: { type: 'refused', message: sentByCaller.i, error: new CallError('unreachable', 'nobody') },
        },
        phase: { u: 'ended unreachable remote' },
      },
    ),
  )

  it(
    'opens a new peer connection when a connected one breaks',
    calling(
      {
        user: '    -d------------',
        remote: '  ----a---------',
        capture: '  -s',
        peer: ['    -----y--X', '  o--y'],
        peerOpen: ['-^-------!', '---------^ 5ms !'],
        phase: '   -CI-K-Y--Z--Y-',
        sent: '    --i-s----o----',
        leave: '   15ms !',
      },
      { sent: { o: outgoing('offer', { sdp: 'local offer' }, { epoch: 1 }) } },
    ),
  )

  it(
    'ends when its peer connection breaks before it has connected',
    calling({
      user: '       -d--------',
      remote: '     ----a-----',
      capture: '     -s',
      captureOpen: '-^-------!',
      peer: '        --------X',
      peerOpen: '   -^-------!',
      phase: '      -CI-K----f',
      sent: '       --i-s----f',
    }),
  )

  it(
    'ignores every device but the one that accepted',
    calling(
      {
        user: '   -d-------------',
        remote: ' ----1-a-2345-x-',
        capture: ' -s',
        peer: '    -',
        phase: '  -CI---K------E-',
        sent: '   --i---s-2------',
      },
      {
        remote: {
          1: receives(incoming('decline', {}, { from: carol })),
          2: receives(incoming('accept', {}, { from: bobsPhone })),
          3: receives(incoming('hang-up', { reason: 'hung-up' }, { from: bobsPhone })),
          4: receives(incoming('hang-up', { reason: 'hung-up' }, { from: carol })),
          5: receives(incoming('hang-up', { reason: 'hung-up' }, { callId: lowerId })),
        },
        sent: { 2: outgoing('cancel', { reason: 'answered-elsewhere' }, { to: bobsPhone }) },
      },
    ),
  )

  it(
    'releases everything at once and sends nothing when unsubscribed in mid-call',
    calling({
      user: '       -d--------',
      remote: '     ----a-----',
      capture: '     -s--------',
      captureOpen: '-^------!',
      peer: '        -----y---',
      peerOpen: '   -^------!',
      phase: '      -CI-K-Y--',
      sent: '       --i-s----',
      leave: '      --------!',
    }),
  )
})
