import type { Kind, PeerRole } from './agent-messages.ts'
import { insistUnbroken, type PeerHandle } from './peer-handle.ts'
import type { Side, StreamHandle } from './side.ts'
import { straight, wire, type Way } from './wire.ts'

/** A network path that a test can cut; see {@link Stage}. */
export interface Path {
  /** The delivery of signals that makes all media use this path. */
  readonly way: Way
  /** Stops all traffic, permanently. */
  cut(): void
  close(): void
}

/** The two sides and the paths of a case. */
export interface Stage {
  readonly offerer: Side
  readonly answerer: Side
  /** Creates a path that can be cut. A case that calls this needs the ability `cut`. */
  readonly newPath: () => Path
}

export interface Pair {
  readonly offerer: PeerHandle
  readonly answerer: PeerHandle
  /** What each sends. */
  readonly streams: Readonly<Record<PeerRole, StreamHandle | null>>
  /** Stops delivering signals between the two. */
  readonly unwire: () => void
}

export interface PairOptions {
  /** What each sends from the start; nothing by default. */
  readonly sends?: Partial<Readonly<Record<PeerRole, readonly Kind[] | StreamHandle>>>
  readonly way?: Way
}

export const both = ['audio', 'video'] as const satisfies readonly Kind[]

/** Opens an offerer and an answerer that are wired to each other. */
export async function openPair(
  { offerer, answerer }: Pick<Stage, 'offerer' | 'answerer'>,
  { sends = {}, way = straight }: PairOptions = {},
): Promise<Pair> {
  const streamOf = async (side: Side, role: PeerRole): Promise<StreamHandle | null> => {
    const wanted = sends[role]
    if (wanted === undefined || 'live' in wanted) return wanted ?? null
    return side.stream(wanted)
  }
  const streams = {
    offerer: await streamOf(offerer, 'offerer'),
    answerer: await streamOf(answerer, 'answerer'),
  }
  // The answerer first, because nothing may arrive before it exists.
  const answering = await answerer.open('answerer', streams.answerer)
  const offering = await offerer.open('offerer', streams.offerer)
  const wires = wire(offering, answering, way)
  return { offerer: offering, answerer: answering, streams, unwire: () => wires.unsubscribe() }
}

/** Resolves once both sides are connected and can send text. */
export async function connected({ offerer, answerer }: Pick<Pair, 'offerer' | 'answerer'>): Promise<void> {
  await Promise.all(
    [offerer, answerer].flatMap((peer) => [
      peer.saw('connection-state', { where: ({ state }) => state === 'connected' }),
      peer.saw('data-open'),
    ]),
  )
  insistUnbroken(offerer, answerer)
}

export async function openConnected(
  stage: Pick<Stage, 'offerer' | 'answerer'>,
  options: PairOptions = {},
): Promise<Pair> {
  const pair = await openPair(stage, options)
  await connected(pair)
  return pair
}

/** Resolves once each side has received a text from the other. */
export async function exchangeTexts({ offerer, answerer }: Pair, text: string): Promise<void> {
  for (const [from, to] of [
    [offerer, answerer],
    [answerer, offerer],
  ] as const) {
    const data = `${text}, says the ${from.role}`
    await from.command({ type: 'send', data })
    await to.saw('data', { where: (told) => told.data === data })
  }
}
