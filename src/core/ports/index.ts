export type { SignalingPort, SignalingEvent } from './signaling.ts'
export type {
  ConnectionStats,
  InboundStats,
  NetworkPath,
  OutboundStats,
  SendingLimits,
} from './connection-stats.ts'
export type { PeerPort, PeerOptions, PeerCommand, PeerEvent, Description } from './peer.ts'
export type { MediaPort, MediaRequest, CaptureRequest, DeviceChoice, MediaDevice } from './media.ts'
export { everybody, type CallersPort, type CallerVerdict } from './callers.ts'
export { systemEnv, type Env } from './env.ts'
