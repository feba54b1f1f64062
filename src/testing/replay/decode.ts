import { BehaviorSubject } from 'rxjs'
import { CallError, type ClientState, type PeerEvent, type SignalingEvent } from '../../core/index.ts'
import { noMemory, type ClientMemory } from '../../core/client-memory.ts'
import { initialState } from '../../core/stages/index.ts'
import type {
  Traced,
  TracedError,
  TracedMemory,
  TracedStream,
  TracedThrown,
  TracedTrack,
} from '../../core/trace/index.ts'
import { fakeStreamOf, fakeTrack, type FakeTrack } from '../fake-stream.ts'

/**
 * Turns traced values back into live ones: the same stream or track for the same id. Each peer connection has its own,
 * because a new connection may receive media under the same ids.
 */
export interface Decoder {
  stream(traced: TracedStream): MediaStream
  peerEvent(traced: Traced<PeerEvent>, peer: number): PeerEvent
}

export function decoder(): Decoder {
  const streams = new Map<string, { readonly stream: MediaStream; readonly tracks: FakeTrack[] }>()
  const tracks = new Map<string, FakeTrack>()
  const track = ({ track: id, kind, muted = false }: TracedTrack, owner: string): FakeTrack => {
    const known = tracks.get(owner + id) ?? fakeTrack(id, kind as FakeTrack['kind'])
    known.muted = muted
    tracks.set(owner + id, known)
    return known
  }
  const streamOf = ({ stream: id, tracks: traced = [] }: TracedStream, owner: string): MediaStream => {
    const held: FakeTrack[] = []
    const known = streams.get(owner + id) ?? { stream: fakeStreamOf(id, held), tracks: held }
    streams.set(owner + id, known)
    // The tracks of a stream change over time.
    known.tracks.splice(0, Infinity, ...traced.map((each) => track(each, owner)))
    return known.stream
  }
  return {
    stream: (traced) => streamOf(traced, ''),
    peerEvent(event, peer) {
      const owner = `${peer} `
      switch (event.type) {
        case 'track-added':
        case 'track-removed':
          return {
            type: event.type,
            track: track(event.track, owner) as unknown as MediaStreamTrack,
            stream: streamOf(event.stream, owner),
          }
        case 'data':
          return { type: 'data', data: decodeUnknown(event.data) }
        case 'error':
          return { type: 'error', error: decodeError(event.error) }
        default:
          return event
      }
    },
  }
}

export function decodeSignalingEvent(event: Traced<SignalingEvent>): SignalingEvent {
  switch (event.type) {
    case 'connecting':
      return {
        type: 'connecting',
        ...(event.user !== undefined && { user: event.user }),
        ...(event.error && { error: decodeError(event.error) }),
      }
    case 'refused':
      return { ...event, error: decodeError(event.error) }
    case 'message':
      return { type: 'message', message: decodeUnknown(event.message) }
    default:
      return event
  }
}

/** What a client remembered when its recording began. */
export function decodeMemory({ state, callers, verdicts }: TracedMemory): ClientMemory {
  const { call, connection, unavailable } = state
  const decoded = {
    ...initialState,
    ...state,
    call: withError(call),
    connection: withError(connection),
    unavailable: unavailable && decodeError(unavailable),
  }
  // No call is open, so it contains no streams.
  return {
    ...noMemory(),
    state: decoded as ClientState,
    invites$: new BehaviorSubject({ callers, verdicts }),
  }
}

const withError = <T extends object>(traced: T) =>
  'error' in traced ? { ...traced, error: decodeError(traced.error as TracedError) } : traced

/** The thrown value, as the core sees it. */
export function decodeThrown(traced: TracedError | TracedThrown): unknown {
  if ('error' in traced) return decodeError(traced)
  return traced.thrown === null ? undefined : new Error(traced.thrown)
}

export function decodeError({ error, message, detail }: TracedError): CallError {
  return new CallError(error, message, detail === undefined ? {} : { detail })
}

/** An unvalidated value. What JSON could not represent becomes something equally invalid. */
export function decodeUnknown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeUnknown)
  if (typeof value !== 'object' || value === null) return value
  if ('opaque' in value && typeof value.opaque === 'string' && Object.keys(value).length === 1)
    return decodeOpaque(value.opaque)
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, decodeUnknown(each)]))
}

function decodeOpaque(kind: string): unknown {
  switch (kind) {
    case 'undefined':
      return undefined
    case 'bytes':
      return new Uint8Array()
    case 'nested':
      return {}
    default:
      return Symbol(kind)
  }
}
