import { chat } from './data-channel/chat.ts'
import { mediaStatus } from './data-channel/media-status.ts'
import { teardown } from './ending/teardown.ts'
import { localMedia } from './media/local-media.ts'
import { peerConnections } from './peer/peer-connections.ts'
import { recovery } from './recovery/recovery.ts'
import { callee } from './setup/callee.ts'
import { caller } from './setup/caller.ts'

/** The stages of a call, by the names under which another one can take the place of each. */
export const callStages = {
  localMedia,
  caller,
  callee,
  peerConnections,
  recovery,
  teardown,
  mediaStatus,
  chat,
}
export type CallStages = typeof callStages

/** Puts the stages of `own` in the place of the built-in ones. Throws a TypeError if a name is unknown, or if one is not a function. */
export function completeStages(own: Partial<CallStages>): CallStages {
  for (const [name, stage] of Object.entries(own)) {
    if (!Object.hasOwn(callStages, name))
      throw new TypeError(
        `unknown stage: stages.${name}; the stages are ${Object.keys(callStages).join(', ')}`,
      )
    if (typeof stage !== 'function')
      throw new TypeError(`stages.${name} is ${typeof stage}: expected a function`)
  }
  return { ...callStages, ...own }
}
