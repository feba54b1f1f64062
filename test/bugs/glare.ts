import type { ClientState, OpenCall } from '../../src/core/index.ts'
import { incomingInvites } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'
import { decidingBy } from './support/deciding.ts'
import { withoutSending, withoutTypes } from './support/outputs.ts'

type Calling = Extract<OpenCall, { readonly phase: 'calling' }>

/** Two users call each other at the same time. */
export const glareBugs: readonly Bug[] = [
  {
    name: 'yields-always',
    why: 'each side gives up its own call and waits for the other to select it',
    breaks: 'follows-protocol',
    stages: { incomingInvites: decidingBy(whileCalling((call) => ({ ...call, progress: 'capturing' }))) },
  },
  {
    name: 'yields-never',
    why: 'each side dismisses the invite of the other, and both ring in vain',
    breaks: 'follows-protocol',
    stages: {
      incomingInvites: decidingBy(whileCalling((call) => ({ ...call, callId: '', progress: 'inviting' }))),
    },
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

/** The state of a client that is mistaken about the call that it makes. */
function whileCalling(mistake: (call: Calling) => Calling): (client: ClientState) => ClientState {
  return (client) => (client.call.phase === 'calling' ? { ...client, call: mistake(client.call) } : client)
}
