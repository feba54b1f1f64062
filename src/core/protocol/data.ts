import * as v from 'valibot'
import { limits } from './limits.ts'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** How good media are, best first. `lost`: nothing arrives. */
export const grades = ['good', 'fair', 'poor', 'lost'] as const
export type Grade = (typeof grades)[number]

/** Why media are not good. `frozen`: the picture of a camera stands still. */
export const causes = ['loss', 'delay', 'jitter', 'bandwidth', 'cpu', 'frozen'] as const
export type Cause = (typeof causes)[number]

/** What crosses the data channel of a peer connection, as JSON text. */
export const DataMessage = v.variant('type', [
  /** The `seq`-th text of this side in the call, counted from 1. */
  v.strictObject({
    type: v.literal('text'),
    seq: count,
    text: v.pipe(v.string(), v.maxBytes(limits.text)),
  }),
  /** Every text up to `seq` has arrived, in order. */
  v.strictObject({ type: v.literal('ack'), seq: count }),
  /**
   * What this side sends now. `opening`: a device is being opened, and the user may still be asked for it.
   * `interrupted`: the system has muted it, as phones do during a phone call.
   */
  v.strictObject({
    type: v.literal('media'),
    audio: v.picklist(['opening', 'on', 'muted', 'interrupted', 'off']),
    video: v.picklist(['opening', 'camera', 'screen', 'muted', 'interrupted', 'off']),
    held: v.boolean(),
  }),
  /**
   * How well the other side's media arrive here, and the reasons if they do not arrive well. Only in a call with the
   * feature `quality`.
   */
  v.strictObject({
    type: v.literal('quality'),
    receiving: v.picklist(grades),
    because: v.pipe(v.array(v.picklist(causes)), v.maxLength(causes.length)),
  }),
])
export type DataMessage = v.InferOutput<typeof DataMessage>

/** The types of {@link DataMessage}. A later version may send others. */
export const dataMessageTypes: readonly string[] = DataMessage.options.map(
  ({ entries }) => entries.type.literal,
)

/** What one side of a call sends of each kind, and whether it has put the call on hold: then neither side sends anything. */
export type MediaStatus = Readonly<Omit<Extract<DataMessage, { type: 'media' }>, 'type'>>

/** How well one side receives the other's media. */
export interface QualityReport {
  readonly receiving: Grade
  readonly because: readonly Cause[]
}
