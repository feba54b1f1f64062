import type { Party } from '../../../src/core/index.ts'
import { virtualId } from '../../../src/testing/marbles.ts'

// In every test of the core, `alice` is this client and `bob` the other side; `carol` is a third party.
export const alice: Party = { user: 'alice', party: 'a'.repeat(32) }
export const bob: Party = { user: 'bob', party: 'b'.repeat(32) }
/** A second device of bob's. */
export const bobsPhone: Party = { user: 'bob', party: 'b'.padEnd(32, '0') }
export const carol: Party = { user: 'carol', party: 'c'.repeat(32) }

/** The call that a test is about. */
export const callId = virtualId(0x50)
/** Ids of other calls, before and after {@link callId} in byte order. */
export const lowerId = virtualId(0x40)
export const higherId = virtualId(0x60)

export const audioAndVideo = { audio: true, video: true }
export const audioOnly = { audio: true, video: false }
