import { filter, skip, take, throwError, timeout, type Observable } from 'rxjs'
import type { AgentCommand, AgentLink, Arrived, Kind, PeerRole, Picture, Told } from './agent-messages.ts'
import { ConformanceError, eventually, insist, patience, pause } from './waiting.ts'

type ToldOf<T extends Told['type']> = Extract<Told, { readonly type: T }>

interface SawOptions<T extends Told['type']> {
  readonly where?: (told: ToldOf<T>) => boolean
  /** How many past events to skip. */
  readonly since?: number
  readonly withinMs?: number
}

/** A peer of an agent. */
export interface PeerHandle {
  readonly role: PeerRole
  /** All events that it has emitted. */
  readonly events: readonly Told[]
  /** All its events, past ones first. */
  readonly told$: Observable<Told>
  readonly all: <T extends Told['type']>(type: T, since?: number) => readonly ToldOf<T>[]
  /** Resolves with the first event of that type, past or future. */
  readonly saw: <T extends Told['type']>(type: T, options?: SawOptions<T>) => Promise<ToldOf<T>>
  readonly command: (command: AgentCommand) => Promise<void>
  /** Resolves once exactly these media keep arriving. */
  readonly receives: (kinds: readonly Kind[], picture?: Picture) => Promise<void>
  /** Resolves once it has completed or errored. */
  readonly ended: (withinMs?: number) => Promise<Told>
  readonly hasEnded: () => boolean
  /** Unsubscribes from it. Resolves with its number of events, some of which may still be in flight. */
  readonly close: () => Promise<number>
  readonly isListening: () => Promise<boolean>
  /** Closes it, and frees its memory, here and in the agent. */
  readonly forget: () => Promise<void>
  /** How many connections it had made before subscribing, and right after. */
  readonly made: { readonly beforeSubscribing: number; readonly afterSubscribing: number }
}

/** Milliseconds in which sent media must arrive, and other media must not. */
const windowMs = 600
const stepMs = 100

const isEnd = ({ type }: Told): boolean => type === 'completed' || type === 'errored'

export function peerHandle(
  link: AgentLink,
  name: string,
  role: PeerRole,
  made: PeerHandle['made'],
  told$: Observable<Told>,
  events: readonly Told[],
): Omit<PeerHandle, 'forget'> {
  const all = <T extends Told['type']>(type: T, since = 0): readonly ToldOf<T>[] =>
    events.slice(since).filter((told): told is ToldOf<T> => told.type === type)

  const first = <T extends Told>(
    wanted: (told: Told) => told is T,
    what: string,
    { since = 0, withinMs = patience },
  ): Promise<T> => {
    const tooLate = (): ConformanceError =>
      new ConformanceError(
        `the ${role} reported no ${what} within ${Math.round(withinMs / 1000)} s, but ${summary(events.slice(since))}`,
      )
    const first$ = told$.pipe(
      skip(since),
      filter(wanted),
      timeout({ first: withinMs, with: () => throwError(() => tooLate()) }),
      take(1),
    )
    return new Promise((resolve, reject) => {
      first$.subscribe({ next: resolve, error: reject })
    })
  }

  const arrived = (): Promise<readonly Arrived[]> =>
    link.request({ do: 'arrived', peer: name }) as Promise<readonly Arrived[]>

  /** What arrives within the window. Ends early once both kinds have arrived. */
  const flowing = async (): Promise<{ readonly kinds: string; readonly picture: Picture | null }> => {
    const before = new Map((await arrived()).map(({ track, count }) => [track, count]))
    for (let ms = stepMs; ; ms += stepMs) {
      await pause(stepMs)
      const grown = (await arrived()).filter(({ track, count }) => count > (before.get(track) ?? 0))
      const kinds = [...new Set(grown.map(({ kind }) => kind))].sort()
      if (kinds.length < 2 && ms < windowMs) continue
      const picture = grown.find(({ kind }) => kind === 'video')?.picture ?? null
      return { kinds: kinds.join(' and '), picture }
    }
  }

  return {
    role,
    events,
    told$,
    all,
    made,
    saw: (type, { where = () => true, ...options } = {}) =>
      first((told): told is ToldOf<typeof type> => told.type === type && where(told as never), type, options),
    command: async (command) => {
      await link.request({ do: 'command', peer: name, command })
    },
    receives: async (kinds, picture) => {
      const wanted = [...kinds].sort().join(' and ')
      await eventually(async () => {
        const now = await flowing()
        if (now.kinds !== wanted)
          return `the ${role} receives ${now.kinds || 'nothing'}, but ${wanted || 'nothing'} is sent`
        return picture === undefined || now.picture === picture
          ? null
          : `the ${role} receives the ${String(now.picture)} video, but the ${picture} one is sent`
      })
    },
    ended: (withinMs = patience) => first((told): told is Told => isEnd(told), 'end', { withinMs }),
    hasEnded: () => events.some(isEnd),
    close: () => link.request({ do: 'close', peer: name }) as Promise<number>,
    isListening: () => link.request({ do: 'listening', peer: name }) as Promise<boolean>,
  }
}

/** Summarizes the events. */
export function summary(events: readonly Told[]): string {
  if (events.length === 0) return 'nothing'
  return events
    .map((told) => {
      if (told.type === 'description') return told.description.type
      if (told.type === 'candidate') return told.candidate === null ? 'end of candidates' : 'candidate'
      if (told.type === 'errored') return `errored ${String(told.code)} (${told.message})`
      if ('state' in told) return `${told.type} ${told.state}`
      return told.type
    })
    .reduce<string[]>((list, text) => (list.at(-1) === text ? list : [...list, text]), [])
    .join(', ')
}

/** Throws if a peer has errored; it may have completed. */
export function insistUnbroken(...peers: readonly PeerHandle[]): void {
  for (const peer of peers) {
    const [error] = peer.all('errored')
    insist(error === undefined, `the ${peer.role} errored: ${String(error?.code)}, ${error?.message ?? ''}`)
  }
}
