import { describe, it } from 'vitest'
import { incoming, outgoing } from '../support/messages.ts'
import { candidate } from '../support/outputs.ts'
import { callId } from '../support/parties.ts'
import { callSymbols, receives, sentByCallee, sentByCaller, streams } from '../support/score/call-symbols.ts'
import { performCall } from '../support/score/call.ts'
import { score } from '../support/score/score.ts'

const inEpoch = (epoch: number) => ({
  offer: receives(incoming('offer', { sdp: 'remote offer' }, { epoch })),
  answer: receives(incoming('answer', { sdp: 'remote answer' }, { epoch })),
  candidates: receives(incoming('candidates', { list: [candidate(9)] }, { epoch })),
})
const [old, next] = [inEpoch(0), inEpoch(1)]
const status = {
  type: 'send',
  data: JSON.stringify({ type: 'media', audio: 'on', video: 'camera', held: false }),
}
const text = { type: 'send', data: JSON.stringify({ type: 'text', seq: 1, text: 'hi' }) }

const calling = score(performCall, {
  ...callSymbols,
  remote: { ...callSymbols.remote, n: old.answer, k: old.candidates, N: next.answer },
  sent: { ...sentByCaller, p: outgoing('offer', { sdp: 'local offer' }, { epoch: 1 }) },
  data: {
    m: { type: 'command', callId, epoch: 0, command: status },
    M: { type: 'command', callId, epoch: 1, command: status },
    t: { type: 'command', callId, epoch: 0, command: text },
    T: { type: 'command', callId, epoch: 1, command: text },
  },
})
const answering = score(performCall, {
  ...callSymbols,
  remote: { ...callSymbols.remote, o: next.offer, k: next.candidates },
  sent: {
    ...sentByCallee,
    n: outgoing('answer', { sdp: 'local answer' }, { epoch: 1 }),
    p: outgoing('renegotiate', { replace: true }, { epoch: 0 }),
  },
})

describe('a call whose peer connection is replaced', () => {
  it(
    'continues with an offer of the next epoch, and drops what arrives late for the old one',
    calling({
      user: '       -d---------------h-',
      remote: '     ---a--------nkN----',
      capture: '     -s',
      captureOpen: '-^---------------!-',
      peer: ['       ---o---N', '   --o----y'],
      peerOpen: ['  -^------!----------', '--------^--------!-'],
      phase: '      -CIK-----------Y-H-',
      sent: '       --iso-----p------h-',
      command: '    --------------A----',
      openings: [
        { role: 'offerer', stream: null, sends: ['audio', 'video'] },
        { role: 'offerer', stream: streams.s, sends: ['audio', 'video'] },
      ],
    }),
  )

  it(
    'outlives the old connection when the other side opens a new one, on the same camera',
    answering({
      user: '       ---a---------------',
      remote: '     -i---s----o---k--x-',
      capture: '       -s',
      captureOpen: '---^-------------!-',
      peer: ['         ----y|', '     -a--y'],
      peerOpen: ['  ---^----!----------', '----------^------!-'],
      phase: '      -R-K---Y--Z---Y--E-',
      sent: '       -r-a-------n-------',
      command: '    ----------O---K----',
    }),
  )

  it(
    'asks the other side for a new connection when its own breaks and it makes no offers',
    answering({
      user: '   ---a--------',
      remote: ' -i---s-----x',
      capture: '   -s',
      peer: '      ----N',
      sent: '   -r-a---p----',
    }),
  )

  it(
    'sends a text again over the new connection unless the other side acknowledged it',
    calling({
      user: '   -d-----w--------h-',
      remote: ' ---a--------------',
      capture: ' -s',
      peer: ['   ----q-----N', '  --q'],
      data: '   -----m-t-----(MT)-',
    }),
  )
})
