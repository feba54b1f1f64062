import { map, merge, NEVER, timer, type Observable, type Subscription } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { callPipeline } from '../../../src/core/index.ts'
import type { CallAction, CallSettings, CallState, CallStep, Env } from '../../../src/core/index.ts'
import { fakeMedia, virtualId, virtualPeers, virtualRelay } from '../../../src/testing/index.ts'
import type { FakeMedia, FakeMediaOptions, VirtualRelayOptions } from '../../../src/testing/index.ts'

/** What one user does, by milliseconds of virtual time, and how this user's client is set up. */
export interface Role {
  readonly does?: Readonly<Record<number, CallAction>>
  /** When the client is cut off without a word, in milliseconds. */
  readonly vanishesAt?: number
  readonly media?: FakeMediaOptions
  readonly settings?: Partial<CallSettings>
  /** Which of the client's ids come first; a higher one makes its calls lose in glare. Default: in order of the roles. */
  readonly idsFrom?: number
}

/** What became of the roles. */
export interface Play {
  /** For each user the phases after `idle`, each with its time: `30 calling:capturing`. */
  readonly phases: Readonly<Record<string, readonly string[]>>
  readonly steps: Readonly<Record<string, readonly CallStep[]>>
  readonly media: Readonly<Record<string, FakeMedia>>
  /** Peer connections still open at the end. */
  readonly openPeers: number
}

/**
 * Runs whole clients against each other, with a relay and a network between them (5 ms each way), in virtual time, until
 * nothing is left to happen.
 */
export function play(roles: Readonly<Record<string, Role>>, relayOptions: VirtualRelayOptions = {}): Play {
  const scheduler = new TestScheduler(() => undefined)
  const phases: Record<string, string[]> = {}
  const steps: Record<string, CallStep[]> = {}
  const media: Record<string, FakeMedia> = {}
  let openPeers = 0
  scheduler.run(({ flush }) => {
    const relay = virtualRelay({ scheduler, id: () => '' }, relayOptions)
    const peers = virtualPeers({ scheduler, id: () => '' })
    const running: Subscription[] = []
    for (const [index, [user, role]] of Object.entries(roles).entries()) {
      let ids = role.idsFrom ?? (index + 1) * 100
      const env: Env = { scheduler, id: () => virtualId(++ids) }
      const camera = (media[user] = fakeMedia(user, env, role.media))
      const signaling = relay.port({ user, party: virtualId(0xa0 + index) })
      const step$ = callPipeline(
        actions(role, env),
        { signaling, peer: peers.port, media: camera },
        env,
        role.settings,
      )
      const seen = (steps[user] = [] as CallStep[])
      const told = (phases[user] = [] as string[])
      const client = step$.subscribe((step) => {
        seen.push(step)
        const phase = `${scheduler.now()} ${describe(step.state.call)}`
        if (step.state.call.phase !== 'idle' && told.at(-1)?.split(' ')[1] !== phase.split(' ')[1])
          told.push(phase)
      })
      running.push(client)
      if (role.vanishesAt !== undefined)
        timer(role.vanishesAt, scheduler).subscribe(() => client.unsubscribe())
    }
    flush()
    openPeers = peers.open()
    running.forEach((client) => client.unsubscribe())
  })
  return { phases, steps, media, openPeers }
}

function actions({ does = {} }: Role, { scheduler }: Env): Observable<CallAction> {
  const each = Object.entries(does).map(([ms, action]) =>
    timer(Number(ms), scheduler).pipe(map(() => action)),
  )
  return merge(NEVER, ...each)
}

function describe(call: CallState): string {
  if (call.phase === 'calling') return `calling:${call.progress}`
  if (call.phase === 'ended') return `ended:${call.reason}:${call.by}`
  return call.phase
}
