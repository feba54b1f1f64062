import type {
  CallState,
  Calling,
  Connected,
  Connecting,
  Ended,
  Idle,
  Reconnecting,
  Ringing,
} from '../../../src/core/call/state.ts'
import { audioAndVideo, bob, callId } from './parties.ts'

const caller = { callId, role: 'caller', remote: { user: 'bob' }, media: audioAndVideo } as const
const calling = { ...caller, phase: 'calling' } as const
const answered = { ...caller, remote: bob } as const

export const idle: Idle = { phase: 'idle' }
export const capturing: Calling = { ...calling, progress: 'capturing', contacts: [] }
export const inviting: Calling = { ...calling, progress: 'inviting', contacts: [] }
export const alerting: Calling = { ...calling, progress: 'ringing', contacts: [bob] }
export const ringing: Ringing = { ...answered, role: 'callee', phase: 'ringing' }
/** The callee's side after it accepted, and before the caller selected it. */
export const accepted: Connecting = { ...ringing, phase: 'connecting', selected: false, peerConnected: false }
/** The caller's side after the answer. */
export const connecting: Connecting = {
  ...answered,
  phase: 'connecting',
  selected: true,
  peerConnected: false,
}
export const connected: Connected = { ...answered, phase: 'connected', since: 7 }
export const reconnecting: Reconnecting = { ...answered, phase: 'reconnecting', since: 7 }
export const ended: Ended = { ...answered, phase: 'ended', at: 0, reason: 'hung-up', by: 'remote', since: 7 }

export const everyState: Record<string, CallState> = {
  idle,
  capturing,
  inviting,
  alerting,
  ringing,
  accepted,
  connecting,
  connected,
  reconnecting,
  ended,
}
