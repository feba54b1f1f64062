export { createCallClient, type CallClient, type CallClientOptions } from './client.ts'
export { callPipeline, type CallPorts, type CallStep } from './pipeline.ts'
export { CallError, type CallErrorCode } from './errors.ts'
export { defaultSettings, type CallSettings, type SettingsOverrides } from './settings.ts'
export type { CallAction, CallEvent, ConnectionState, StageEvent, TextMessage, TrackKind } from './events.ts'
export { initialModel, reduce, type ClientModel, type Muted } from './model.ts'
export {
  isOpen,
  reduceCall,
  type CallFact,
  type CallInfo,
  type CallState,
  type EndReason,
  type OpenCall,
  type Side,
} from './call/state.ts'
export * from './ports/index.ts'
export * from './protocol/index.ts'
export { admission, type AdmissionSources } from './call/admission.ts'
export { session, type SessionContext, type SessionSources, type SessionStart } from './call/session.ts'
export { invite, type InviteSources } from './call/invite.ts'
export { ring, acceptGlare, type RingSources } from './call/ring.ts'
export { media, type MediaSources } from './call/media.ts'
export { mediaStatus, type MediaStatusSources } from './call/media-status.ts'
export { tracks, type TracksSources } from './call/tracks.ts'
export { offer, type OfferSources } from './call/offer.ts'
export { answer, type AnswerSources } from './call/answer.ts'
export { ice, type IceSources } from './call/ice.ts'
export { link, type LinkSources } from './call/link.ts'
export { recovery, type RecoverySources } from './call/recovery.ts'
export { defaultRecovery, type Recovery, type RecoveryPolicy } from './call/recovery-plan.ts'
export { chat, type ChatSources } from './call/chat.ts'
export { teardown, type TeardownSources } from './call/teardown.ts'
export { peers, type PeersSources } from './call/peers.ts'
export type { CallMessage, CallOutput, Letter, SessionOutput, StageOutput } from './call/stage.ts'
export * from './negotiation/index.ts'
export { boundStrangers, strangerRates, type StrangersSources } from './bound-strangers.ts'
export { post, type PostSources } from './post.ts'
export {
  channel,
  type ChannelOutput,
  type ChannelSettings,
  type ChannelSources,
  type ChannelTurn,
  type Frame,
} from './protocol/channel.ts'
export * from './trace/index.ts'
