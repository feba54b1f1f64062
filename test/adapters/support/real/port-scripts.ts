import type { PortScript } from './port-script.ts'

const untilOpen = ['a awaits data-open', 'b awaits data-open']
const negotiations = ['a renegotiates', 'a awaits stable-2', 'a renegotiates', 'a awaits stable-3']

/** Scripts for the adapter and for bare simple-peer. The adapter survives all of them, and simple-peer few. */
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
    // If it destroys the offerer, that may have connected before.
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
  'a restart of ICE by the answerer': {
    copies: noEnd,
    steps: [...untilOpen, 'b restarts', 'a sends on', 'b awaits on'],
  },
  'two offerers': {
    roles: { a: 'offerer', b: 'offerer' },
    copies: (from, what) => (what === 'offer' ? 0 : noEnd(from, what)),
    steps: ['a awaits offer', 'b awaits offer', 'a gets b.offer', 'b gets a.offer'],
    // With implicit rollback their answers destroy each other; without it, their offers do.
    only: ['a.end', 'b.end'],
  },
  'an answer that is lost': {
    copies: (from, what) => (what === 'answer' ? 0 : noEnd(from, what)),
    steps: ['b awaits answer', 'a renegotiates', 'a renegotiates'],
    // ICE of the real answerer connects, because the offerer answers its checks (RFC 8445, 7.3). The fake's waits.
    only: ['a.description', 'a.signaling-state', 'a.end', 'b.description', 'b.end', 'a.channel', 'b.channel'],
  },
}

/** Scripts with features that simple-peer lacks. */
export const commandScripts: Record<string, PortScript> = {
  'a restart of ICE': { steps: [...untilOpen, 'a restarts', 'a sends again', 'b awaits again'] },
  'restarts in the middle of a negotiation': { steps: ['a awaits offer', 'a restarts', ...untilOpen] },
  'a restart that the answerer asks for': {
    steps: [...untilOpen, 'b restarts', 'a sends again', 'b awaits again'],
  },
  'the first video of the offerer, later, and another': {
    sends: { a: ['audio'] },
    steps: [...untilOpen, 'a tracks video', 'b awaits video', 'a tracks video', 'a sends on', 'b awaits on'],
  },
  'the first video of the answerer, later, and another': {
    sends: { b: ['audio'] },
    steps: [...untilOpen, 'b tracks video', 'a awaits video', 'b tracks video', 'b sends on', 'a awaits on'],
  },
  'both kinds at once, of a side that sent nothing': {
    steps: [...untilOpen, 'a tracks video', 'a tracks audio', 'b awaits audio', 'b awaits video'],
    // Whether both share one new offer depends on timing.
    only: ['a.track-added', 'b.track-added', 'a.end', 'b.end'],
  },
  'a first track before the first offer': {
    copies: (_from, what) => (what === 'offer' ? 0 : 1),
    steps: ['a awaits offer', 'b tracks video', 'b gets a.offer', ...untilOpen, 'a awaits video'],
  },
  'no track any more, and one again': {
    sends: { a: ['audio', 'video'], b: ['audio'] },
    steps: [
      ...untilOpen,
      'a mutes video',
      'b mutes video',
      'b mutes audio',
      'a tracks video',
      'b tracks audio',
    ],
  },
  'a measurement': {
    steps: [...untilOpen, 'a measures', 'a awaits received', 'b measures', 'b awaits received'],
  },
}

/** Scripts for the adapter's signal queue, which bare simple-peer does not survive. */
export const orderScripts: Record<string, PortScript> = {
  'the first offer again, after a later one': {
    steps: [...untilOpen, ...negotiations, 'b gets a.offer-1', 'a sends on', 'b awaits on'],
  },
  'the first answer again, while a later offer is open': {
    copies: (_from, what) => (what === 'answer' ? 0 : 1),
    steps: [
      'b awaits answer',
      'a gets b.answer-1',
      ...untilOpen,
      'a renegotiates',
      'b awaits answer-2',
      'a gets b.answer-2',
      'a awaits stable-2',
      'a renegotiates',
      'b awaits answer-3',
      'a gets b.answer-1',
      'a gets b.answer-2',
      'a gets b.answer-3',
      'a awaits stable-3',
    ],
  },
  'an answer ahead of its offer': {
    steps: [...untilOpen, 'b gets b.answer', 'a gets b.answer', ...negotiations],
  },
}

/** simple-peer itself never emits the end of candidates, and does not survive it. */
function noEnd(_from: string, what: string): number {
  return what === 'end' ? 0 : 1
}
