export { checkIceServer, type CheckedIceServer, type IceServer } from './ice-server.ts'
export { isTurnUrl, problemOfIceServerUrl } from './ice-server-url.ts'
export {
  commonFeatures,
  FeatureId,
  featuresKey,
  FeatureList,
  knownFeatures,
  namedFeatures,
  type Feature,
} from './features.ts'
export { limits } from './limits.ts'
export { parse, type Parsed } from './parse.ts'
export {
  PROTOCOL_VERSION,
  RandomId,
  OutgoingMessage,
  IncomingMessage,
  type Party,
  type Address,
  type CandidateInit,
  type MessageType,
  type IncomingOf,
  type OutgoingOf,
  type CancelReason,
  type HangUpReason,
} from './message.ts'
export {
  Claim,
  HandshakeAuth,
  IssuedIceServers,
  Welcome,
  type AuthenticationRefusalCode,
  type Closing,
  type ClientToRelay,
  type RelayToClient,
  type Receipt,
  type RefusalCode,
  type HandshakeRefusal,
  type RosterChange,
  type RosterStep,
} from './relay.ts'
export { nameKey } from './name-key.ts'
export { nameProblem, UserName } from './user-name.ts'
export {
  causes,
  DataMessage,
  dataMessageTypes,
  grades,
  type Cause,
  type Grade,
  type MediaStatus,
  type QualityReport,
} from './data.ts'
