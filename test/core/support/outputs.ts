import type { CallOutput } from '../../../src/core/call/outputs.ts'
import type { PeerCommand, PeerEvent } from '../../../src/core/index.ts'
import type { MessageDraft, StageOutput } from '../../../src/core/stages/index.ts'

/** The output by which a stage sends a message. */
export const sends = (message: MessageDraft): Extract<CallOutput, { type: 'send' }> => ({
  type: 'send',
  message,
})
/** The output by which a stage sends a command to the peer connection. */
export const commands = (command: PeerCommand): StageOutput => ({ type: 'command', command })

export const candidate = (n: number) => ({ candidate: `candidate:${n}`, sdpMid: '0', sdpMLineIndex: 0 })

/** Events of a peer connection, by name. */
export const peerEvents = {
  offer: { type: 'description', description: { type: 'offer', sdp: 'local offer' } },
  answer: { type: 'description', description: { type: 'answer', sdp: 'local answer' } },
  candidate: { type: 'candidate', candidate: candidate(1) },
  renegotiate: { type: 'renegotiate' },
  connecting: { type: 'connection-state', state: 'connecting' },
  connected: { type: 'connection-state', state: 'connected' },
  disconnected: { type: 'connection-state', state: 'disconnected' },
  failed: { type: 'connection-state', state: 'failed' },
  closed: { type: 'connection-state', state: 'closed' },
  dataOpen: { type: 'data-open' },
} as const satisfies Record<string, PeerEvent>
