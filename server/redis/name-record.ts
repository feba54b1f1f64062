import * as v from 'valibot'
import { RandomId, UserName } from '../../src/core/protocol/index.ts'

/** A moment in microseconds since 1970, of 16 digits, so that texts compare as the moments do. */
const Moment = v.pipe(v.string(), v.regex(/^\d{16}$/))

/** One name that a node holds for its clients, as the other nodes know it. */
export const Entry = v.object({
  /** The name, as its first holder spells it. */
  user: UserName,
  /** A hash of the secret that holds the name. */
  proof: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** The parties of the user on that node, each with the moment of its claim and the room whose roster it is in. */
  parties: v.record(RandomId, v.object({ since: Moment, room: v.string() })),
  /** Those of them that do not keep up with their messages; told to the other nodes, and not kept in Redis. */
  slow: v.exactOptional(v.array(RandomId)),
})
export type Entry = v.InferOutput<typeof Entry>

/** What a node tells the others. They ask for everything where a number is missing. */
export const NodeNews = v.variant('type', [
  v.object({
    type: v.literal('changed'),
    node: v.string(),
    number: v.number(),
    /** By the key of the name; null for a name that it holds no more. */
    names: v.record(v.string(), v.nullable(Entry)),
  }),
  v.object({ type: v.literal('gone'), node: v.string() }),
])
export type NodeNews = v.InferOutput<typeof NodeNews>

/** When the earliest of its parties claimed the name. */
export const heldSince = ({ parties }: Entry): string =>
  Object.values(parties).reduce((first, { since }) => (since < first ? since : first), '9')

/** `ms` milliseconds since 1970 as a moment. */
export const momentOf = (ms: number): string => String(Math.round(ms * 1000)).padStart(16, '0')
