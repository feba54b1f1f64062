export type { AssertEqual } from './assert-equal.ts'
export { marbles, virtualId, type MarbleTools, type TestSource } from './marbles.ts'
export {
  actionsAt,
  play,
  type PhaseChange,
  type Play,
  type PlayOptions,
  type Role,
  type ShapedPath,
} from './play.ts'
export { phaseOf, type PhaseName } from './phase-of.ts'
export { fakeStream, fakeStreamOf, fakeTrack, type FakeTrack } from './fake-stream.ts'
export { fakeCall, type FakeCall } from './fake-call.ts'
export { fakeMedia, type FakeMedia, type FakeMediaOptions } from './fake-media.ts'
export { virtualRelay, type VirtualRelay, type VirtualRelayOptions } from './virtual-relay.ts'
export {
  virtualPeers,
  type VirtualPeerPorts,
  type VirtualPeers,
  type VirtualPeersOptions,
} from './virtual-peers.ts'
export type { PathConditions } from './connection/media/path-conditions.ts'
export type { VirtualPeerTimes } from './connection/ice/virtual-clock.ts'
export { replay, type Divergence, type Replay, type ReplayedStep } from './replay/replay.ts'
export { formatDivergence } from './replay/format-divergence.ts'
export { parseTrace, type Trace } from './replay/parse-trace.ts'
export { marbleLanes, toMarbles, type ToMarblesOptions } from './marble-diagram/to-marbles.ts'
export type { MarbleLane } from './marble-diagram/marble-lanes.ts'
export { toTest, type ToTestOptions } from './to-test.ts'
export {
  simulate,
  simulateInSteps,
  type Failure,
  type SimulatedWorldResult,
  type SimulateOptions,
  type SimulationResult,
} from './simulator/simulate.ts'
export { shrink, shrinkInSteps } from './simulator/shrink.ts'
export { formatFailure } from './simulator/format-failure.ts'
export { runScenario, type Outcome } from './simulator/run-scenario.ts'
export { generate, type GenerateOptions } from './simulator/generate.ts'
export { invariants, type Invariant, type Violation } from './simulator/monitor.ts'
export {
  faultKinds,
  type Answer,
  type Capture,
  type Fault,
  type FaultKind,
  type TimelineEntry,
  type PeerKind,
  type Scenario,
  type SimulatedUser,
} from './simulator/scenario.ts'
export type { MessageChange, MessageName } from './simulator/message-change.ts'
export type { Scene } from './scene/scene.ts'
export type { SceneClient, SceneMessage, SceneRun, StateChange } from './scene/scene-run.ts'
export { runScene, type RunSceneOptions } from './scene/run-scene.ts'
export { startScenes, type StartScene } from './scene/start-scenes.ts'
export { decodeScene, encodeScene, sceneUrl } from './scene/scene-url.ts'
export { decodeExcerpt } from './scene/excerpt.ts'
export { sceneTest } from './scene/scene-test.ts'
export { VirtualNetwork } from './connection/ice/network.ts'
export { VirtualConnection, type DescriptionInit, type Done } from './connection/virtual-connection.ts'
export { operation } from './peers/operation.ts'
export type { ConnectionEvent } from './connection/connection-event.ts'
export type { VirtualTransceiver } from './connection/transceivers.ts'
export { RtcError, type RtcErrorName } from './connection/rtc-error.ts'
export * from './conformance/index.ts'
export {
  signalingCases,
  type NewSignalingPort,
  type SignalingCase,
} from './port-conformance/signaling-cases.ts'
export { mediaCases } from './port-conformance/media-cases.ts'
export type { MediaCase } from './port-conformance/media-rule.ts'
export type { MediaHandle, MediaRefusal, MediaWorld } from './port-conformance/media-world.ts'
