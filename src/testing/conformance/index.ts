export { conformanceAgent, type AgentOptions } from './agent.ts'
export type {
  AgentCommand,
  AgentLink,
  AgentMessage,
  AgentRequest,
  Arrived,
  Census,
  Kind,
  MemoryCensus,
  Opened,
  PeerRole,
  Picture,
  Told,
  TrackName,
} from './agent-messages.ts'
export { fewerCallsReason } from './calls-in-a-row.ts'
export { conformanceCases } from './cases/index.ts'
export { skipReason, type ConformanceCase } from './conformance-case.ts'
export { runConformanceCase, type ConformanceSide, type ConformanceSides } from './run-case.ts'
export type { Ability, Platform, Side, StreamHandle } from './side.ts'
export type { PeerHandle } from './peer-handle.ts'
export type { Path, Stage } from './stage.ts'
export type { Signal, Way } from './wire.ts'
export { ConformanceError } from './waiting.ts'
export { watchConnections, type ConnectionWatch } from './watch-connections.ts'
