import * as v from 'valibot'
import type { Parsed } from '../../core/index.ts'
import type { TraceEntry } from '../../core/trace/index.ts'
import { lanes, type Marble, type Timeline } from '../../inspect/timeline.ts'
import { lookOfEntry, MAX_LABEL } from '../marble-diagram/look-of-entry.ts'
import { differences } from '../replay/differences.ts'
import type { Divergence } from '../replay/replay.ts'
import { LAB, MAX_FRAGMENT, readFragment, writeFragment } from './fragment.ts'

/** How many marbles are kept at most before the divergence, and after it. */
const MOST = { before: 30, after: 10 } as const
/** How many are kept if those need too long an address. */
const FEW = { before: 5, after: 2 } as const
/** How many differing properties are kept at most. */
const MAX_PROPERTIES = 3

/** The lane, the time and the label of a marble, and whether it tells of a failure. */
type ExcerptMarble = Pick<Marble, 'lane' | 'at' | 'label' | 'isError'>

/** What happened around a divergence, as far as it is drawn: no names, no messages. */
interface Excerpt {
  readonly trace: readonly ExcerptMarble[]
  /** The index in `trace` of the marble at which the pipeline differs. */
  readonly differs: number
  /** What the pipeline did instead; absent if it did nothing. */
  readonly instead?: ExcerptMarble | undefined
  /** The first properties in which the two differ, without their values. */
  readonly properties: readonly string[]
}

/** The address that shows in the lab what happened around a divergence. It holds labels and times, and no names. */
export function excerptUrl(divergence: Divergence): string {
  const [most, few] = [MOST, FEW].map((kept) => writeFragment('excerpt', excerptOf(divergence, kept)))
  return `${LAB}#${most && most.length <= MAX_FRAGMENT ? most : few}`
}

/**
 * Reads the excerpt in the fragment of an address that {@link formatDivergence} wrote, as a timeline to draw. It has
 * two sides: `trace`, and `pipeline`, which differs from it in its last marble. Checks everything, and never throws:
 * `problem` says what is wrong and what to do.
 *
 * @example
 * const decoded = decodeExcerpt(location.hash)
 * if (decoded.ok) inspector.timeline = decoded.timeline
 */
export function decodeExcerpt(
  fragment: string,
): { readonly ok: true; readonly timeline: Timeline } | { readonly ok: false; readonly problem: string } {
  const read: Parsed<Excerpt> = readFragment(fragment, 'excerpt', ExcerptSchema)
  return read.ok ? { ok: true, timeline: timelineOf(read.value) } : read
}

function excerptOf(
  { trace, index, expected, actual }: Divergence,
  kept: { readonly before: number; readonly after: number },
): Excerpt {
  const drawn = (entries: readonly TraceEntry[]) => entries.flatMap((entry) => marbleOf(entry) ?? [])
  const before = drawn(trace.slice(0, index)).slice(-kept.before)
  const end = (expected ?? trace.at(-1))?.at ?? 0
  const there = expected && (marbleOf(expected) ?? { lane: 'facts', at: end, label: expected.type })
  const missing = { lane: 'facts', at: end, label: 'the trace ends here' } as const
  const after = drawn(trace.slice(index + 1)).slice(0, kept.after)
  const instead = actual && (marbleOf(actual) ?? { lane: 'facts', at: actual.at, label: actual.type })
  return {
    trace: [...before, there ?? missing, ...after],
    differs: before.length,
    instead,
    properties: differingProperties(expected, actual),
  }
}

function differingProperties(expected: TraceEntry | undefined, actual: TraceEntry | undefined): string[] {
  // A client's memory has the names of others as keys.
  if (expected?.type !== actual?.type || expected?.type === 'checkpoint') return []
  return differences(expected, actual)
    .slice(0, MAX_PROPERTIES)
    .map(({ path }) => path.slice(0, MAX_LABEL))
}

function marbleOf(entry: TraceEntry): ExcerptMarble | undefined {
  const look = lookOfEntry(entry)
  if (!look) return undefined
  // The only label with a name.
  const label = entry.type === 'action' && entry.action.type === 'call' ? 'call' : look.label
  return { ...look, label, at: Math.round(entry.at) }
}

function timelineOf({ trace, differs, instead, properties }: Excerpt): Timeline {
  const start = Math.min(...trace.map(({ at }) => at))
  const nothing: ExcerptMarble = { lane: 'facts', at: trace[differs]?.at ?? start, label: 'nothing' }
  const pipeline = [...trace.slice(0, differs), instead ?? nothing]
  const marbles = [trace, pipeline]
    .flatMap((drawn, side) => drawn.map((marble, place) => ({ ...marble, side, differs: place === differs })))
    .sort((one, other) => one.at - other.at)
    .map(({ differs: isError, ...marble }, id): Marble => {
      const detail = isError ? { differsIn: properties } : undefined
      return { ...marble, ...(isError && { isError }), id, at: marble.at - start, detail }
    })
  const duration = Math.max(...marbles.map(({ at }) => at))
  return { sides: [{ name: 'trace' }, { name: 'pipeline' }], marbles, arrows: [], duration }
}

const ExcerptMarble = v.strictObject({
  lane: v.picklist(lanes),
  at: v.pipe(v.number(), v.finite(), v.minValue(-1e12), v.maxValue(1e12)),
  label: v.pipe(v.string(), v.maxLength(MAX_LABEL)),
  isError: v.exactOptional(v.boolean()),
})

const ExcerptSchema = v.pipe(
  v.strictObject({
    trace: v.pipe(v.array(ExcerptMarble), v.minLength(1), v.maxLength(MOST.before + 1 + MOST.after)),
    differs: v.pipe(v.number(), v.integer(), v.minValue(0)),
    instead: v.exactOptional(ExcerptMarble),
    properties: v.pipe(v.array(v.pipe(v.string(), v.maxLength(MAX_LABEL))), v.maxLength(MAX_PROPERTIES)),
  }),
  v.check(({ trace, differs }) => differs < trace.length, 'expected the index of a marble'),
)
