export { createCallClient, type CallClient, type CallClientOptions, type CallOptions } from './client.ts'
export { incoming } from './incoming.ts'
export { select, type Behavior } from './rx/behavior.ts'
export type { ClientMemory } from './client-memory.ts'
export { callPipeline, type CallPorts, type CallStep, type PipelineOptions } from './pipeline.ts'
export {
  CallError,
  type CallErrorCode,
  type CallErrorDetail,
  type CallErrorKind,
  type CallErrorOptions,
  type NegotiationOperation,
} from './errors.ts'
export {
  defaultRecovery,
  defaultSettings,
  type CallSettings,
  type CallTimings,
  type RecoveryPolicy,
  type SettingsOverrides,
  type TimingsOverrides,
  type UserSettings,
} from './settings.ts'
export type {
  CallAction,
  CallEvent,
  ConnectionState,
  LocalMedia,
  Muted,
  Effect,
  EventType,
  Fact,
  Input,
  PeerConnectionCommand,
  Recovery,
  TextMessage,
  TrackKind,
} from './events.ts'
export type { ClientState } from './client-state.ts'
export {
  isOpen,
  type CallFact,
  type CallInfo,
  type CallState,
  type EndReason,
  type OpenCall,
  type Side,
} from './call/state.ts'
export * from './ports/index.ts'
export * from './protocol/index.ts'
export type { Stages } from './stages/default-stages.ts'
