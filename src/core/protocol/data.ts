import * as v from 'valibot'
import { limits } from './limits.ts'

/** What crosses the data channel of a peer connection, as JSON text. */
export const DataMessage = v.variant('type', [
  v.strictObject({ type: v.literal('text'), text: v.pipe(v.string(), v.maxBytes(limits.text)) }),
])
export type DataMessage = v.InferOutput<typeof DataMessage>
