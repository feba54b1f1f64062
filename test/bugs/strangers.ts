import type { CallState } from '../../src/core/index.ts'
import type { Bug } from './bug.ts'
import { decidingBy, decidingWith } from '../../src/ui/lab/bugs/deciding.ts'

/** Callers whom nobody knows, and those who were declined. */
export const strangerBugs: readonly Bug[] = [
  {
    name: 'lets-strangers-ring-again-and-again',
    why: 'the phone never stops ringing',
    breaks: 'limits-stranger-calls',
    stages: { incomingInvites: decidingWith({ strangerRings: 1_000 }) },
  },
  {
    name: 'lets-strangers-ring-long',
    why: 'a stranger rings for a minute',
    breaks: 'limits-stranger-calls',
    stages: { incomingInvites: decidingWith({ strangerRingMs: Infinity }) },
  },
  {
    name: 'lets-declined-callers-ring-on',
    why: 'a caller who was declined rings again at once',
    breaks: 'limits-stranger-calls',
    stages: { incomingInvites: decidingWith({ declinePauseMs: 0 }) },
  },
  {
    name: 'is-busy-while-a-stranger-rings',
    why: 'one stranger who rings keeps all friends out',
    breaks: 'limits-stranger-calls',
    stages: { incomingInvites: decidingBy((client) => ({ ...client, call: answered(client.call) })) },
  },
]

/** A call that rings, taken for one that was answered. */
const answered = (call: CallState): CallState =>
  call.phase === 'ringing' ? { ...call, phase: 'connecting', selected: false, peerConnected: false } : call
