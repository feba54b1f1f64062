import { filter, map, merge } from 'rxjs'
import { CallError } from '../../src/core/index.ts'
import { recovery } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'
import { isSend, withoutTypes } from '../../src/ui/lab/bugs/outputs.ts'

/** A peer connection that is interrupted, restarted, replaced or given up. */
export const recoveryBugs: readonly Bug[] = [
  {
    name: 'never-replaces-a-connection',
    why: 'a connection that cannot agree ends the call',
    breaks: 'replaces-broken-peer',
    stages: {
      recovery: (sources, env) =>
        recovery(sources, env).pipe(
          filter((output) => {
            if (isSend(output, 'renegotiate')) return !output.message.body.replace
            return output.type !== 'command' || output.command.type !== 'replace'
          }),
        ),
    },
  },
  {
    name: 'hides-interruptions',
    why: 'a call that carries nothing is shown as connected',
    breaks: 'connects-when-ready',
    stages: { recovery: (sources, env) => recovery(sources, env).pipe(withoutTypes('interrupted')) },
  },
  {
    name: 'shows-a-hang-up-as-an-interruption',
    why: 'an ordinary hang-up shows as an interruption first',
    breaks: 'interruptions-do-not-flicker',
    stages: {
      recovery: (sources, env) =>
        merge(
          recovery(sources, env),
          sources.peerClosed$.pipe(map(() => ({ type: 'interrupted' }) as const)),
        ),
    },
  },
  {
    name: 'gives-up-with-the-relay',
    why: 'a call whose media flows ends because the relay cannot be reached',
    breaks: 'survives-signaling-loss',
    stages: {
      recovery: (sources, env) =>
        merge(
          recovery(sources, env),
          sources.online$.pipe(
            filter((online) => !online),
            map(() => ({ type: 'recovery-failed', error: relayLost }) as const),
          ),
        ),
    },
  },
]

const relayLost = new CallError('relay-unreachable', 'the relay cannot be reached')
