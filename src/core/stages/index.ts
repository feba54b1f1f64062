/** The entry point `rxcall/stages`: every stage of a client, to compose differently or to marble-test. */
export { defaultStages, type Stages } from './default-stages.ts'
export { initialState, reduce } from '../client-state.ts'
export { reduceCall } from '../call/reduce-call.ts'
export { callStages, type CallStages } from '../call/stages.ts'
export { userActions, type UserActionSources } from '../call/setup/user-actions.ts'
export { incomingInvites, type IncomingInviteSources } from '../call/setup/incoming-invite.ts'
export { strayMessages, type StrayMessageSources } from '../call/setup/stray-messages.ts'
export { call } from '../call/call.ts'
export type { CallContext, CallSources, CallStart } from '../call/call-context.ts'
export { caller, type CallerSources } from '../call/setup/caller.ts'
export { callee, type CalleeSources } from '../call/setup/callee.ts'
export { acceptGlare } from '../call/setup/glare.ts'
export { localMedia, type LocalMediaSources } from '../call/media/local-media.ts'
export { mediaStatus, type MediaStatusSources } from '../call/data-channel/media-status.ts'
export { qualityReports, type QualityReportSources } from '../call/data-channel/quality-reports.ts'
export { statistics, type StatisticsSources } from '../call/peer/statistics.ts'
export { replaceTracks, type ReplaceTracksSources } from '../call/peer/replace-tracks.ts'
export { offer, type OfferSources } from '../call/peer/offer.ts'
export { answer, type AnswerSources } from '../call/peer/answer.ts'
export { trickleIce, type TrickleIceSources } from '../call/peer/trickle-ice.ts'
export { peerLifecycle, type PeerLifecycleSources } from '../call/peer/lifecycle.ts'
export { recovery } from '../call/recovery/recovery.ts'
export type { RecoverySources } from '../call/recovery/inputs.ts'
export { chat, type ChatSources } from '../call/data-channel/chat.ts'
export { teardown, type TeardownSources } from '../call/ending/teardown.ts'
export { peerConnections, type PeerConnectionsSources } from '../call/peer/peer-connections.ts'
export type { CallMessage, CallOutput, MessageDraft, OutputOfPeer, StageOutput } from '../call/outputs.ts'
export * from '../negotiation/index.ts'
export { limitStrangers, strangerRates, type StrangerLimitSources } from '../transport/stranger-limit.ts'
export { reliableSignaling, type ReliableSignalingSources } from '../transport/reliable-signaling.ts'
export { transport, type TransportSources } from '../transport/transport.ts'
export type { TransportEvent } from '../transport/transport-event.ts'
export type { CallsView, OpenCallView } from '../transport/calls-view.ts'
export {
  reliableChannel,
  type WindowOutput,
  type ReliableChannelSettings,
  type ReliableChannelSources,
  type ReliableChannelTurn,
  type Frame,
} from '../reliable-channel/reliable-channel.ts'
