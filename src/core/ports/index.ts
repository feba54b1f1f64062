export type { SignalingPort, SignalingEvent } from './signaling.ts'
export type { PeerPort, PeerOptions, PeerCommand, PeerEvent, Description } from './peer.ts'
export type { MediaPort, MediaRequest, CaptureRequest, DeviceChoice, MediaDevice } from './media.ts'
export { systemEnv, type Env } from './env.ts'
