import { ReplaySubject, type Subscription } from 'rxjs'
import type {
  AgentLink,
  Census,
  Kind,
  MemoryCensus,
  Opened,
  PeerRole,
  Picture,
  Told,
  TrackName,
} from './agent-messages.ts'
import { peerHandle, type PeerHandle } from './peer-handle.ts'

/** Abilities that some platforms lack. */
export type Ability =
  /** Replacing or removing a sent track without a new offer. */
  | 'replace-track'
  /** Restarting ICE. */
  | 'ice-restart'
  /** Restarting ICE while the path still works. */
  | 'restart-while-up'
  /** Recovering a failed connection by an ICE restart, including media and data channel. */
  | 'outlive-failure'
  /** Collecting garbage, and reporting the memory in use. */
  | 'memory'
  /** Sending all media over a path that the test can cut. */
  | 'cut'

/** Where one side of a case runs. */
export interface Platform {
  readonly name: string
  /** The abilities that it lacks, and why. Cases that need one are skipped with that reason. */
  readonly lacks?: Readonly<Partial<Record<Ability, string>>>
  /** If it cannot make 200 calls in a row in reasonable time: how many it makes instead, and why. */
  readonly fewerCalls?: { readonly calls: number; readonly because: string }
}

export interface StreamHandle {
  readonly name: string
  readonly track: (kind: Kind) => TrackName
  /** Its tracks that are still live. */
  readonly live: () => Promise<readonly Kind[]>
}

/** One side of a case: a place where peers can be opened. */
export interface Side {
  readonly platform: Platform
  readonly stream: (kinds: readonly Kind[], picture?: Picture) => Promise<StreamHandle>
  readonly open: (role: PeerRole, stream?: StreamHandle | null) => Promise<PeerHandle>
  readonly census: () => Promise<Census>
  /** Null if the platform cannot measure it. */
  readonly memory: () => Promise<MemoryCensus | null>
  /** Uncaught errors of the whole place. */
  readonly uncaught: readonly string[]
  /** Closes and stops everything that was created here. */
  readonly release: () => Promise<void>
}

/** Names are shared by the whole agent, and several cases may run on it at once. */
let sides = 0

export function openSide(link: AgentLink, platform: Platform): Side {
  const prefix = `${String(++sides)}.`
  const told = new Map<string, { readonly events: Told[]; readonly told$: ReplaySubject<Told> }>()
  const streams: string[] = []
  const uncaught: string[] = []
  let peers = 0

  const subscription: Subscription = link.message$.subscribe({
    next: (message) => {
      if (message.peer === null) {
        uncaught.push(message.uncaught)
        return
      }
      const log = told.get(message.peer)
      log?.events.push(message.told)
      log?.told$.next(message.told)
    },
    // The agent is gone, and everything it owned is gone with it.
    error: (error: unknown) => uncaught.push(String(error)),
  })

  return {
    platform,
    uncaught,
    stream: async (kinds, picture = 'wide') => {
      const name = `${prefix}stream-${String(streams.length)}`
      streams.push(name)
      await link.request({ do: 'stream', stream: name, kinds, picture })
      return {
        name,
        track: (kind) => ({ stream: name, kind }),
        live: () => link.request({ do: 'live', stream: name }) as Promise<readonly Kind[]>,
      }
    },
    open: async (role, stream = null) => {
      const name = `${prefix}peer-${String(peers++)}`
      const log = { events: [], told$: new ReplaySubject<Told>(Infinity) }
      told.set(name, log)
      const request = { do: 'open', peer: name, role, stream: stream?.name ?? null } as const
      const made = (await link.request(request)) as Opened
      const forget = async (): Promise<void> => {
        await link.request({ do: 'forget', peers: [name], streams: [] })
        told.delete(name)
      }
      return { ...peerHandle(link, name, role, made, log.told$, log.events), forget }
    },
    census: () => link.request({ do: 'census' }) as Promise<Census>,
    memory: () => link.request({ do: 'memory' }) as Promise<MemoryCensus | null>,
    release: async () => {
      await link.request({ do: 'forget', peers: [...told.keys()], streams })
      subscription.unsubscribe()
    },
  }
}
