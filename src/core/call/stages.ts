import { chat } from './data-channel/chat.ts'
import { mediaStatus } from './data-channel/media-status.ts'
import { qualityReports } from './data-channel/quality-reports.ts'
import { teardown } from './ending/teardown.ts'
import { localMedia } from './media/local-media.ts'
import { peerConnections } from './peer/peer-connections.ts'
import { statistics } from './peer/statistics.ts'
import { recovery } from './recovery/recovery.ts'
import { callee } from './setup/callee.ts'
import { caller } from './setup/caller.ts'

/** The stages of a call. Those of a whole client are in `src/core/stages/default-stages.ts`. */
export const callStages = {
  localMedia,
  caller,
  callee,
  peerConnections,
  recovery,
  teardown,
  mediaStatus,
  statistics,
  qualityReports,
  chat,
}
export type CallStages = typeof callStages
