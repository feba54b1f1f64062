import { describe, it } from 'vitest'
import { incoming, outgoing } from '../support/messages.ts'
import { lowerId } from '../support/parties.ts'
import { callSymbols, receives, sentByCaller, streams } from '../support/score/call-symbols.ts'
import { performCall } from '../support/score/call.ts'
import { score } from '../support/score/score.ts'

const theirs = { callId: lowerId }

/** This side loses glare: its own call yields to the call of the other side. */
const yielding = score(performCall, {
  ...callSymbols,
  remote: {
    ...callSymbols.remote,
    o: receives(incoming('offer', { sdp: 'remote offer' }, theirs)),
    s: receives(incoming('select', {}, theirs)),
  },
  sent: {
    i: sentByCaller.i,
    a: outgoing('accept', {}, theirs),
    n: outgoing('answer', { sdp: 'local answer' }, { ...theirs, epoch: 0 }),
    h: outgoing('hang-up', { reason: 'hung-up' }, theirs),
  },
})

describe('a call that yields in glare', () => {
  it(
    'continues on the same camera and a new peer connection, and drops what arrives for its own call',
    yielding({
      user: '       -d---------------h-',
      remote: '     ------y-ao--s-n----',
      capture: '     --s',
      captureOpen: '-^---------------!-',
      peer: ['       ---o---y--o', '    ----ay--'],
      peerOpen: ['  -^----!------------', '------^----------!-'],
      phase: '      -C-I--K-----Y----H-',
      sent: '       ---i--a---n------h-',
      command: '    ---------O---------',
      openings: [
        { role: 'offerer', stream: null, sends: ['audio', 'video'] },
        { role: 'answerer', stream: streams.s, sends: ['audio', 'video'] },
      ],
    }),
  )

  it(
    'opens the camera once, invites nobody and answers at once when it yields while the camera opens',
    yielding({
      user: '       -d---------h-',
      remote: '     ---y-o-------',
      capture: '     -----s',
      captureOpen: '-^---------!-',
      peer: ['       -o-', '       -----a--'],
      peerOpen: ['  -^-!---------', '---^-------!-'],
      phase: '      -C-K-------H-',
      sent: '       ---a----n--h-',
      command: '    -----O-------',
      openings: [
        { role: 'offerer', stream: null, sends: ['audio', 'video'] },
        { role: 'answerer', stream: null, sends: ['audio', 'video'] },
      ],
    }),
  )

  it(
    'does not end when the ring time of its own call is over',
    yielding({
      user: '   -d',
      remote: ' ---- 89ms y---s',
      capture: ' -s',
      peer: ['    -', '       ---y'],
      phase: '  -CI- 89ms K---Y',
      leave: '  140ms !',
    }),
  )
})
