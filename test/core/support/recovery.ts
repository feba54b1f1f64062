import { BehaviorSubject, filter, map, NEVER, type Observable } from 'rxjs'
import type { RecoverySources } from '../../../src/core/call/recovery/inputs.ts'
import type { RecoveryOutput } from '../../../src/core/call/recovery/memory.ts'
import { recovery } from '../../../src/core/call/recovery/recovery.ts'
import { CallError, defaultRecovery, type Env, type PeerEvent } from '../../../src/core/index.ts'
import { peerEvents } from './outputs.ts'
import { connecting } from './states.ts'

const received = (bytes: number): PeerEvent => ({ type: 'received', bytes })

/** Events of a peer connection, each by a letter for marbles. */
export const peer: Record<string, PeerEvent> = {
  n: { type: 'connection-state', state: 'new' },
  t: peerEvents.connecting,
  c: peerEvents.connected,
  d: peerEvents.disconnected,
  f: peerEvents.failed,
  x: peerEvents.closed,
  i: { type: 'ice-connection-state', state: 'failed' },
  j: { type: 'ice-connection-state', state: 'disconnected' },
  k: { type: 'ice-connection-state', state: 'connected' },
  o: { type: 'signaling-state', state: 'have-local-offer' },
  s: { type: 'signaling-state', state: 'stable' },
  0: received(0),
  1: received(100),
  2: received(200),
  3: received(300),
}
export const epochs = { 0: { epoch: 0 }, 1: { epoch: 1 }, 2: { epoch: 2 }, 3: { epoch: 3 } }

const badAnswer = new CallError('negotiation-failed', 'bad answer')
/** The peer connection of each epoch breaks because of a description. */
export const broken = {
  0: { epoch: 0, error: badAnswer },
  1: { epoch: 1, error: badAnswer },
  2: { epoch: 2, error: badAnswer },
  3: { epoch: 3, error: badAnswer },
}

/** Silent sources of an answered call; a test overrides some of them. */
export const quiet = (role: RecoverySources['role'] = 'offerer'): RecoverySources => ({
  role,
  peer$: NEVER,
  opened$: NEVER,
  peerClosed$: NEVER,
  message$: NEVER,
  state$: new BehaviorSubject(connecting),
  online$: new BehaviorSubject(true),
  answered$: NEVER,
  settings: { negotiationMs: 5, closeGraceMs: 5, recovery: defaultRecovery },
})

/** What recovery emits, without the plan for a lost path. */
export const withoutPlan = (sources: RecoverySources, env: Env): Observable<RecoveryOutput> =>
  recovery(sources, env).pipe(
    filter(
      (output) =>
        output.type !== 'recovering' && (output.type !== 'command' || output.command.type === 'replace'),
    ),
  )

/** What recovery emits about a lost path and the replacement of a connection, in words: `disconnected wait 1 until 3000`, `restart`. */
export const inWords = (sources: RecoverySources, env: Env): Observable<string> =>
  recovery(sources, env).pipe(
    filter(({ type }) => type !== 'peer-connected' && type !== 'interrupted'),
    map(wordsOf),
  )

function wordsOf(output: RecoveryOutput): string {
  switch (output.type) {
    case 'recovering': {
      if (output.recovery === null) return 'well'
      const { problem, step, attempt, until } = output.recovery
      return `${problem} ${step} ${attempt} until ${until}`
    }
    case 'command':
      return output.command.type === 'replace'
        ? `replacing ${'epoch' in output ? output.epoch : 'none'}: ${output.command.error.code}`
        : output.command.type
    case 'send':
      return `${output.message.type} ${JSON.stringify(output.message.body)} of ${output.message.epoch ?? 'none'}`
    case 'recovery-failed':
      return `gave up: ${output.error.code}`
    default:
      return output.type
  }
}
