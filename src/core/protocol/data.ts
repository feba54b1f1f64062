import * as v from 'valibot'
import { limits } from './limits.ts'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

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
])
export type DataMessage = v.InferOutput<typeof DataMessage>

/** The types of {@link DataMessage}. A later version may send others. */
export const dataMessageTypes: readonly string[] = DataMessage.options.map(
  ({ entries }) => entries.type.literal,
)

/** What one side of a call sends of each kind, and whether it has put the call on hold: then neither side sends anything. */
export type MediaStatus = Readonly<Omit<Extract<DataMessage, { type: 'media' }>, 'type'>>
