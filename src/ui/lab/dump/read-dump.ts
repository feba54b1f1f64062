import * as v from 'valibot'

/** One line of a connection's log in a dump. */
export interface DumpEvent {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The name of the method or event, without `on`: `setLocalDescription`, `icecandidate`. */
  readonly type: string
  /** What the dump says about it: an object if it was JSON, or else text. */
  readonly value: unknown
}

/** What a dump says of one RTCPeerConnection. */
export interface DumpConnection {
  readonly id: string
  /** The page that opened it. */
  readonly url: string
  /** The text of its configuration, with the ICE servers. */
  readonly configuration: string
  readonly events: readonly DumpEvent[]
}

/** A dump of chrome://webrtc-internals, as far as it is shown. */
export interface Dump {
  readonly connections: readonly DumpConnection[]
  /** The errors of `getUserMedia` and `getDisplayMedia`, in words. */
  readonly captureErrors: readonly string[]
}

export type ReadDump =
  { readonly ok: true; readonly dump: Dump } | { readonly ok: false; readonly problem: string }

/** Past this size a page would no longer react, in bytes. */
export const MAX_DUMP_BYTES = 64 * 1_048_576

const text = v.optional(v.unknown())
const Update = v.looseObject({ type: v.string(), value: text, time: text, timestamp: text })
const File = v.looseObject({
  PeerConnections: v.record(
    v.string(),
    v.looseObject({
      url: v.optional(v.string(), ''),
      rtcConfiguration: text,
      updateLog: v.optional(v.array(Update), []),
    }),
  ),
  getUserMedia: v.optional(v.array(v.looseObject({ error: text, error_message: text })), []),
})

/**
 * Reads a dump: the JSON of "Download the webrtc-internals dump", unpacked. Says what to do if it is something else.
 * Keeps no statistics, because these have no events.
 */
export function readDump(json: string): ReadDump {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return { ok: false, problem: 'This file is not JSON. Choose a dump of chrome://webrtc-internals.' }
  }
  const file = v.safeParse(File, value)
  if (!file.success)
    return {
      ok: false,
      problem: 'This file is not a dump of chrome://webrtc-internals: it has no list of peer connections.',
    }
  const { PeerConnections, getUserMedia } = file.output
  const connections = Object.entries(PeerConnections).map(([id, { url, rtcConfiguration, updateLog }]) => ({
    id,
    url,
    configuration: inText(rtcConfiguration),
    events: inOrder(updateLog.map((update) => eventOf(update))),
  }))
  if (connections.length === 0)
    return {
      ok: false,
      problem: 'This dump has no peer connection. Open chrome://webrtc-internals before the call begins.',
    }
  const captureErrors = getUserMedia.flatMap(({ error, error_message: message }) =>
    error === undefined ? [] : [[inText(error), inText(message)].filter((part) => part !== '').join(': ')],
  )
  return { ok: true, dump: { connections, captureErrors } }
}

/** An event with the time that the dump gives, if it gives one that can be read. */
function eventOf({ type, value, time, timestamp }: v.InferOutput<typeof Update>) {
  const at = typeof timestamp === 'number' ? timestamp : Date.parse(inText(time))
  return { at: Number.isFinite(at) ? at : undefined, type: type.replace(/^on/, ''), value: parsed(value) }
}

/** Older dumps have whole seconds or unreadable times, so the order of the log counts. */
function inOrder(events: readonly ReturnType<typeof eventOf>[]): DumpEvent[] {
  let latest = events.find(({ at }) => at !== undefined)?.at ?? 0
  return events.map(({ at = latest, ...event }) => {
    latest = Math.max(latest, at)
    return { ...event, at: latest }
  })
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? ''
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

const inText = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
