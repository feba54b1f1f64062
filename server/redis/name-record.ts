import * as v from 'valibot'
import { RandomId, UserName } from '../../src/core/protocol/index.ts'

/** Microseconds since 1970 in 16 digits, so that the strings sort like the times. */
const Timestamp = v.pipe(v.string(), v.regex(/^\d{16}$/))

/** A name that a node holds for its clients, as the other nodes know it. */
export const NameRecord = v.object({
  /** The name, as its first holder spells it. */
  user: UserName,
  /** A hash of the secret that holds the name. */
  proof: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** The parties of the user on that node. Each has the time of its claim and the room whose roster it is in. */
  parties: v.record(RandomId, v.object({ since: Timestamp, room: v.string() })),
  /** The parties that do not keep up with their messages. Sent to the other nodes, and not stored in Redis. */
  slow: v.exactOptional(v.array(RandomId)),
})
export type NameRecord = v.InferOutput<typeof NameRecord>

/** What a node sends to the others. If they miss a number, they read the whole node from Redis. */
export const NodeUpdate = v.variant('type', [
  v.object({
    type: v.literal('changed'),
    node: v.string(),
    number: v.number(),
    /** By the key of the name; null for a name that the node no longer holds. */
    names: v.record(v.string(), v.nullable(NameRecord)),
  }),
  v.object({ type: v.literal('gone'), node: v.string() }),
])
export type NodeUpdate = v.InferOutput<typeof NodeUpdate>

/** When the first of its parties claimed the name. */
export const heldSince = ({ parties }: NameRecord): string =>
  Object.values(parties).reduce((first, { since }) => (since < first ? since : first), '9')

/** Milliseconds since 1970 as a timestamp. */
export const timestampOf = (ms: number): string => String(Math.round(ms * 1000)).padStart(16, '0')
