import * as v from 'valibot'
import { parse } from '../core/protocol/index.ts'
import type { Description } from '../core/ports/index.ts'

/** What a virtual peer puts into its descriptions where a real one has SDP. */
const Content = v.strictObject({
  /** The peer that made it. */
  peer: v.string(),
  /** Which of that peer's descriptions it is; from 1. */
  version: v.number(),
  ufrag: v.string(),
  kinds: v.array(v.picklist(['audio', 'video'])),
  /** For an answer: which offer it answers, as `peer/version`. */
  answers: v.exactOptional(v.string()),
})
export type VirtualSdp = v.InferOutput<typeof Content>

/** The one name of a description: who made it, and which of its maker's it is. */
export const nameOf = ({ peer, version }: VirtualSdp): string => `${peer}/${version}`

export const writeSdp = (content: VirtualSdp): string => JSON.stringify(content)

/** What a description holds; undefined for anything that no virtual peer wrote. */
export function readSdp({ sdp }: Description): VirtualSdp | undefined {
  try {
    const content = parse(Content, JSON.parse(sdp))
    return content.ok ? content.value : undefined
  } catch {
    return undefined
  }
}
