import * as v from 'valibot'
import { FeatureId, parse } from '../../core/index.ts'
import { TRACE_VERSION } from '../../core/trace/index.ts'
import type { TraceEntry, TraceInput, TraceOutput } from '../../core/trace/index.ts'
import { completeSettings, takeApart } from '../../core/complete-settings.ts'

/** A recording: what `record` wrote, as entries or as JSON Lines. */
export type Trace = string | readonly object[]

/**
 * The entries of a trace, from JSON Lines or as they are. Throws if the input is not a trace, and names the line and
 * what to do.
 *
 * @example
 * parseTrace(readFileSync('call.jsonl', 'utf8')).filter(({ type }) => type === 'message-sent')
 */
export function parseTrace(trace: Trace): readonly TraceEntry[] {
  const lines = typeof trace === 'string' ? linesOf(trace) : trace
  const header = parse(Header, typeof lines[0] === 'string' ? fromJson(lines[0]) : lines[0])
  if (!header.ok)
    throw new Error('this is not an rxcall trace: a trace begins with {"at":0,"type":"trace","version":1,…}')
  const { version } = header.value
  if (version !== TRACE_VERSION)
    throw new Error(`this trace has version ${version}; this rxcall reads version ${TRACE_VERSION}`)
  checkSettings(header.value.settings)
  return lines.map((line, index) =>
    checked(typeof line === 'string' ? readLine(line, index, lines.length) : line, index),
  )
}

/** Whether a value has the shape of an entry. */
export const isTraceEntry = (value: unknown): value is TraceEntry => v.is(Entry, value)

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim())
  while (lines.at(-1) === '') lines.pop()
  return lines
}

function readLine(line: string, index: number, count: number): unknown {
  const value = fromJson(line)
  if (value !== undefined) return value
  const last = index === count - 1
  const advice = last ? 'the file was cut off; without that line it can be read' : 'it was altered'
  throw new Error(`line ${index + 1} of ${count} of the trace is not JSON: ${advice}`)
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function checked(value: unknown, index: number): TraceEntry {
  const entry = parse(Entry, value)
  if (!entry.ok) throw new Error(`line ${index + 1} of the trace is not an entry: ${entry.problem}`)
  // Checks only what a replay depends on. The rest is compared with what the pipeline does.
  return value as TraceEntry
}

function checkSettings(settings: object): void {
  try {
    const { settings: own, timings } = takeApart(settings)
    completeSettings(own, timings)
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown)
    throw new Error(`line 1 of the trace has settings that this rxcall does not accept: ${problem}`, {
      cause: thrown,
    })
  }
}

const thing = v.looseObject({})
const Header = v.looseObject({ type: v.literal('trace'), version: v.number(), settings: thing })

// It is negative if the clock was set back meanwhile.
const time = { at: v.number() }
const features = v.array(v.looseObject({ id: FeatureId, usesRelay: v.exactOptional(v.boolean()) }))
const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const typed = v.looseObject({ type: v.string() })
const stream = v.looseObject({
  stream: v.string(),
  tracks: v.exactOptional(
    v.array(v.looseObject({ track: v.string(), kind: v.string(), muted: v.exactOptional(v.boolean()) })),
  ),
})
const error = v.looseObject({ error: v.string(), message: v.string() })
const how = { error: v.exactOptional(v.union([error, v.looseObject({ thrown: v.nullable(v.string()) })])) }
const signalingEvent = v.variant('type', [
  v.looseObject({
    type: v.literal('connecting'),
    user: v.exactOptional(v.string()),
    error: v.exactOptional(error),
  }),
  v.looseObject({ type: v.literal('refused'), message: thing, error }),
  v.looseObject({ type: v.picklist(['online', 'roster', 'message']) }),
])
const peerEvent = v.variant('type', [
  v.looseObject({
    type: v.picklist(['track-added', 'track-removed']),
    track: v.looseObject({ track: v.string(), kind: v.string() }),
    stream,
  }),
  v.looseObject({
    type: v.literal('stats'),
    stats: v.looseObject({ at: v.number(), receiving: thing, sending: thing }),
  }),
  v.looseObject({ type: v.literal('error'), error }),
  v.looseObject({
    type: v.picklist([
      'description',
      'candidate',
      'renegotiate',
      'connection-state',
      'ice-connection-state',
      'ice-gathering-state',
      'signaling-state',
      'received',
      'data-open',
      'data',
    ]),
  }),
])

/** The properties of each type of entry, besides its type and time. */
const parts = {
  trace: { version: v.number(), startedAt: v.number(), settings: thing, features: v.exactOptional(features) },
  checkpoint: {
    state: v.looseObject({ call: v.looseObject({ phase: v.string() }), endedCalls: v.array(v.unknown()) }),
    callers: v.looseObject({
      spokenTo: v.array(v.string()),
      rings: v.array(v.number()),
      pauses: v.array(thing),
    }),
    verdicts: v.array(thing),
  },
  action: { action: typed },
  'actions-ended': how,
  'timer-ran': { timer: count },
  'peers-unavailable': { error },
  'signaling-event': { event: signalingEvent },
  'signaling-ended': how,
  'peer-event': { peer: count, event: peerEvent },
  'peer-ended': { peer: count, ...how },
  'media-captured': { capture: count, stream },
  'media-ended': { capture: count, ...how },
  unsubscribed: {},
  'signaling-opened': {},
  'signaling-closed': {},
  'message-sent': { message: typed },
  id: { id: v.string() },
  'caller-judged': { verdict: v.exactOptional(thing), ...how },
  'timer-set': { timer: count, ms: v.number() },
  'timer-cleared': { timer: count },
  'peer-opened': { peer: count, options: thing },
  'peer-command': { peer: count, command: typed },
  'peer-closed': { peer: count },
  'media-requested': { capture: count, request: thing },
  'media-released': { capture: count },
  'stream-made': { stream },
  state: { state: thing },
  text: { message: thing },
  error: { error },
  ended: how,
} satisfies Record<(TraceInput | TraceOutput)['type'], v.ObjectEntries>

const Entry = v.variant(
  'type',
  Object.entries(parts).map(([type, part]) =>
    v.looseObject({ ...time, type: v.literal(type), ...(part as v.ObjectEntries) }),
  ),
)
