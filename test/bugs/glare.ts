import { incomingInvites } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'
import { decidingBy, whileCalling } from '../../src/ui/lab/bugs/deciding.ts'
import { withoutSending, withoutTypes } from '../../src/ui/lab/bugs/outputs.ts'

/** Two users call each other at the same time. */
export const glareBugs: readonly Bug[] = [
  {
    name: 'yields-always',
    why: 'each side gives up its own call and waits for the other to select it',
    breaks: 'follows-protocol',
    stages: { incomingInvites: decidingBy(whileCalling((call) => ({ ...call, progress: 'capturing' }))) },
  },
  {
    name: 'yields-without-cancelling',
    why: 'the call that lost goes on ringing at the other devices of its callee',
    breaks: 'follows-protocol',
    stages: {
      incomingInvites: (sources, port, env) =>
        incomingInvites(sources, port, env).pipe(withoutSending('cancel')),
    },
  },
  {
    name: 'forgets-what-it-dismissed',
    why: 'the invite that lost rings when it is repeated',
    breaks: 'follows-protocol',
    stages: {
      incomingInvites: (sources, port, env) =>
        incomingInvites(sources, port, env).pipe(withoutTypes('dismissed')),
    },
  },
]
