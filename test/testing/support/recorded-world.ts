import { Subject, VirtualTimeScheduler } from 'rxjs'
import type { CallAction } from '../../../src/core/index.ts'
import { record, type RecordOptions, type TraceEntry } from '../../../src/core/trace/index.ts'
import {
  fakeMedia,
  virtualId,
  virtualPeers,
  virtualRelay,
  type VirtualRelayOptions,
} from '../../../src/testing/index.ts'

export interface RecordedClient {
  readonly trace: readonly TraceEntry[]
  /** Does something after this number of milliseconds of virtual time. */
  at(ms: number, action: CallAction): RecordedClient
  /** Unsubscribes from the pipeline after this number of milliseconds. */
  stopAt(ms: number): RecordedClient
}

/** Recorded clients that call each other in virtual time. */
export function recordedWorld(relayOptions: VirtualRelayOptions = {}, options: RecordOptions = {}) {
  const scheduler = new VirtualTimeScheduler()
  let ids = 0
  const env = { scheduler, id: () => virtualId(++ids) }
  const relay = virtualRelay(env, relayOptions)
  const peers = virtualPeers(env)
  return {
    env,
    peers,
    client(user: string, media = fakeMedia(user, env)): RecordedClient {
      const trace: TraceEntry[] = []
      const action$ = new Subject<CallAction>()
      const ports = { signaling: relay.port({ user, party: env.id() }), peer: peers.port, media }
      const running = record((entry) => trace.push(entry), options)(action$, ports, env).subscribe()
      const client: RecordedClient = {
        trace,
        at(ms, action) {
          scheduler.schedule(() => action$.next(action), ms)
          return client
        },
        stopAt(ms) {
          scheduler.schedule(() => running.unsubscribe(), ms)
          return client
        },
      }
      return client
    },
    /** Lets everything happen. */
    run() {
      scheduler.flush()
    },
  }
}

/** Alice calls Bob, they text, she mutes her microphone, he hangs up; what both clients recorded. */
export function recordedCall(options: RecordOptions = {}) {
  const world = recordedWorld({}, options)
  const alice = world
    .client('alice')
    .at(30, { type: 'call', user: 'bob' })
    .at(100, { type: 'send', id: 't', text: 'hello, Bob' })
    .at(150, { type: 'mute', kind: 'audio', muted: true })
    .at(300, { type: 'close' })
  const bob = world
    .client('bob')
    .at(60, { type: 'accept' })
    .at(120, { type: 'send', id: 't', text: 'olá 👋' })
    .at(200, { type: 'hang-up' })
    .at(300, { type: 'close' })
  world.run()
  return { alice: alice.trace, bob: bob.trace }
}

export const toLines = (trace: readonly TraceEntry[]): string =>
  trace.map((entry) => JSON.stringify(entry)).join('\n')
