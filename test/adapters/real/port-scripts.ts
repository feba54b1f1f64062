import type { PortScript } from './port-script.ts'

const untilOpen = ['a awaits data-open', 'b awaits data-open']

/** What one of a port does, by the adapter and by simple-peer alone: the first survives all of it, the other little. */
export const portScripts: Record<string, PortScript> = {
  'a call with tracks both ways': {
    sends: { a: ['audio', 'video'], b: ['audio', 'video'] },
    copies: noEnd,
    steps: [...untilOpen, 'a sends hello', 'b awaits hello', 'b sends hi', 'a awaits hi'],
  },
  'one side leaving': { copies: noEnd, steps: [...untilOpen, 'a leaves', 'b awaits complete'] },
  'a new offer that is asked for': {
    sends: { a: ['audio'] },
    copies: noEnd,
    steps: [
      ...untilOpen,
      'b renegotiates',
      'a renegotiates',
      'a renegotiates',
      'b sends done',
      'a awaits done',
    ],
  },
  'every answer twice': {
    copies: (_from, what) => (what === 'answer' ? 2 : noEnd(_from, what)),
    steps: ['b awaits stable', 'a awaits stable'],
    // Where it kills the offerer, it may have connected before.
    only: ['a.description', 'a.signaling-state', 'a.end', 'b.description', 'b.signaling-state'],
  },
  'the first offer again, later': { copies: noEnd, steps: [...untilOpen, 'b gets a.offer'] },
  'the first answer again, later': { copies: noEnd, steps: [...untilOpen, 'a gets b.answer'] },
  'a candidate for an unknown media section': {
    copies: noEnd,
    steps: [...untilOpen, 'b gets bad-candidate'],
  },
  'the end of candidates': { copies: noEnd, steps: [...untilOpen, 'b gets end'] },
  'tracks of the answerer alone': { sends: { b: ['audio', 'video'] }, copies: noEnd, steps: untilOpen },
  'an offer that is none, to the offerer': { copies: noEnd, steps: [...untilOpen, 'a gets nonsense'] },
  'an offer that is none, to the answerer': {
    copies: () => 0,
    steps: ['a awaits have-local-offer', 'b gets nonsense', 'b awaits negotiation-failed'],
  },
  'two offerers': {
    roles: { a: 'offerer', b: 'offerer' },
    copies: (from, what) => (what === 'offer' ? 0 : noEnd(from, what)),
    steps: ['a awaits offer', 'b awaits offer', 'a gets b.offer', 'b gets a.offer'],
    // With implicit rollback they kill each other by their answers, without it by their offers.
    only: ['a.end', 'b.end'],
  },
  'an answer that is lost': {
    copies: (from, what) => (what === 'answer' ? 0 : noEnd(from, what)),
    steps: ['b awaits answer', 'a renegotiates', 'a renegotiates'],
    // ICE of the answerer connects all the same: the offerer answers its checks (RFC 8445, 7.3). The fake's waits.
    only: ['a.description', 'a.signaling-state', 'a.end', 'b.description', 'b.end', 'a.channel', 'b.channel'],
  },
}

/** simple-peer itself never tells the end of candidates, and does not survive it. */
function noEnd(_from: string, what: string): number {
  return what === 'end' ? 0 : 1
}
