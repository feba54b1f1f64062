import { CallError } from '../errors.ts'
import type { Traced, TracedEnd, TracedError, TracedStream, TracedTrack } from './entry.ts'

/** No protocol message is nested nearly as deep. */
const MAX_DEPTH = 16

/**
 * Encodes `value` as plain data for a trace. Stand-ins replace streams, tracks, errors, and whatever JSON cannot
 * hold. Never throws, because `value` may come from a stranger. A stream becomes its id alone.
 */
export function encode<T>(value: T): Traced<T> {
  return encodeAny(value, 0, ({ id }) => ({ stream: id })) as Traced<T>
}

/**
 * Like {@link encode}, but includes each stream's present tracks. Use this for values that a port hands to the core.
 */
export function encodeInput<T>(value: T): Traced<T> {
  return encodeAny(value, 0, (stream) => ({
    stream: stream.id,
    tracks: stream.getTracks().map(encodeTrack),
  })) as Traced<T>
}

/** Encodes a captured stream, and marks the tracks that the system has muted. */
export function encodeCapture(captured: MediaStream): TracedStream {
  const tracks = captured
    .getTracks()
    .map((track) => ({ ...encodeTrack(track), ...(track.muted && { muted: true }) }))
  return { stream: captured.id, tracks }
}

/** Encodes the end of a source that threw `thrown`. */
export function encodeThrown(thrown: unknown): Required<TracedEnd> {
  if (CallError.is(thrown)) return { error: encodeError(thrown) }
  return { error: { thrown: thrown instanceof Error ? thrown.message : null } }
}

function encodeAny(value: unknown, depth: number, stream: (stream: MediaStream) => TracedStream): unknown {
  try {
    const kind = unlikeJson(value, depth)
    if (kind !== undefined) return { opaque: kind }
    if (typeof value !== 'object' || value === null) return value
    const each = (part: unknown) => encodeAny(part, depth + 1, stream)
    if (Array.isArray(value)) return value.map(each)
    if (CallError.is(value)) return encodeError(value)
    if (isStream(value)) return stream(value)
    if (isTrack(value)) return encodeTrack(value)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, each(part)]))
  } catch {
    // A getter or proxy in the sender's object may throw.
    return { opaque: 'unreadable' }
  }
}

/** Names the kind of a `value` that JSON cannot hold; undefined if JSON can hold it. */
function unlikeJson(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'object':
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return 'bytes'
      return value !== null && depth > MAX_DEPTH ? 'nested' : undefined
    case 'number':
      return Number.isFinite(value) ? undefined : 'number'
    case 'symbol':
      return value.description ?? 'symbol'
    case 'string':
    case 'boolean':
      return undefined
    default:
      return typeof value
  }
}

function encodeError({ code, message, detail }: CallError): TracedError {
  return { error: code, message, ...(Object.keys(detail).length > 0 && { detail }) }
}

function encodeTrack({ id, kind }: MediaStreamTrack): TracedTrack {
  return { track: id, kind }
}

// Checks the shape, because Node lacks these classes and tests have several of them. No message has this shape,
// because nothing received over a wire has methods.
function isStream(value: object): value is MediaStream {
  return 'getTracks' in value && typeof value.getTracks === 'function' && 'id' in value
}

function isTrack(value: object): value is MediaStreamTrack {
  return 'stop' in value && typeof value.stop === 'function' && 'kind' in value && 'id' in value
}
