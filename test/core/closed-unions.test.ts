import { describe, expect, expectTypeOf, it } from 'vitest'
import type {
  CallAction,
  CallErrorCode,
  CallErrorKind,
  CallEvent,
  CallState,
  ConnectionState,
  EndReason,
  IncomingMessage,
  MediaStatus,
  NegotiationOperation,
  PeerCommand,
  PeerEvent,
  Recovery,
  SignalingEvent,
  TextMessage,
} from '../../src/core/index.ts'
import { errorKinds } from '../../src/core/error-codes.ts'

// A user can switch over each of these without a default branch that does something: the compiler names what is missing.
// It accepts `value satisfies never` only if the union is closed and each of its members has a case.

const explainError = (code: CallErrorCode) => {
  switch (code) {
    case 'already-in-call':
    case 'not-ringing':
    case 'not-in-call':
    case 'callers-failed':
    case 'closed':
      return 'misuse'
    case 'no-device':
    case 'permission-denied':
    case 'device-in-use':
    case 'capture-failed':
    case 'screen-refused':
    case 'device-lost':
      return 'media'
    case 'no-webrtc':
    case 'connection-failed':
    case 'connection-timeout':
    case 'invalid-ice-server':
    case 'not-supported':
    case 'negotiation-failed':
      return 'connection'
    case 'name-taken':
    case 'invalid-name':
    case 'relay-unreachable':
    case 'relay-refused':
      return 'relay'
    case 'text-too-long':
    case 'text-not-sent':
      return 'text'
    case 'remote-media-failed':
    case 'unreachable':
    case 'invalid-message':
      return 'remote'
    default:
      return code satisfies never
  }
}

const explainKind = (kind: CallErrorKind) => {
  switch (kind) {
    case 'misuse':
    case 'relay':
    case 'media':
    case 'connection':
    case 'text':
    case 'remote':
      return kind
    default:
      return kind satisfies never
  }
}

const explainEnd = (reason: EndReason) => {
  switch (reason) {
    case 'hung-up':
    case 'declined':
    case 'busy':
    case 'cancelled':
    case 'no-answer':
    case 'unreachable':
    case 'answered-elsewhere':
    case 'failed':
    case 'media-error':
      return reason
    default:
      return reason satisfies never
  }
}

const explainCall = (call: CallState) => {
  switch (call.phase) {
    case 'idle':
      return 'nobody'
    case 'calling':
    case 'ringing':
    case 'connecting':
    case 'connected':
    case 'reconnecting':
    case 'ended':
      return call.remote.user
    default:
      return call satisfies never
  }
}

const explainRecovery = ({ step, problem }: Recovery) => {
  switch (step) {
    case 'wait':
    case 'restart':
    case 'replace':
      break
    default:
      return step satisfies never
  }
  switch (problem) {
    case 'disconnected':
    case 'failed':
    case 'negotiation':
    case 'closed':
      return `${step} ${problem}`
    default:
      return problem satisfies never
  }
}

const explainEvent = (event: CallEvent) => {
  switch (event.type) {
    case 'action':
    case 'connection':
    case 'unavailable':
    case 'roster':
    case 'received':
    case 'refused':
    case 'peer':
      return 'input'
    case 'outgoing':
    case 'incoming':
    case 'yielded':
    case 'remote-ringing':
    case 'media':
    case 'answered':
    case 'selected':
    case 'peer-connected':
    case 'interrupted':
    case 'ended':
    case 'dismissed':
    case 'remote-media':
    case 'peer-opened':
    case 'peer-closed':
    case 'recovering':
    case 'text':
    case 'error':
      return 'fact'
    case 'send':
    case 'command':
      return 'effect'
    default:
      return event satisfies never
  }
}

const explainPeerEvent = (event: PeerEvent) => {
  switch (event.type) {
    case 'description':
    case 'candidate':
    case 'renegotiate':
    case 'track-added':
    case 'track-removed':
    case 'connection-state':
    case 'ice-connection-state':
    case 'ice-gathering-state':
    case 'signaling-state':
    case 'received':
    case 'stats':
    case 'data-open':
    case 'data':
    case 'error':
      return event.type
    default:
      return event satisfies never
  }
}

describe('an exhaustive switch of a user', () => {
  it('takes every code of an error to its kind', () => {
    const codes = Object.keys(errorKinds) as CallErrorCode[]
    expect(Object.fromEntries(codes.map((code) => [code, explainError(code)]))).toEqual(errorKinds)
    expect(new Set(codes.map(explainError))).toEqual(new Set(Object.values(errorKinds).map(explainKind)))
  })

  it('takes every end reason, state, recovery and event', () => {
    expect(explainEnd('declined')).toBe('declined')
    expect(explainCall({ phase: 'idle' })).toBe('nobody')
    expect(explainRecovery({ step: 'wait', problem: 'failed', attempt: 1, until: 0 })).toBe('wait failed')
    expect(explainEvent({ type: 'roster', users: [] })).toBe('input')
    expect(explainPeerEvent({ type: 'data-open' })).toBe('data-open')
  })
})

it('no other public union holds every string', () => {
  type Names =
    | CallAction['type']
    | ConnectionState['status']
    | Extract<CallState, { phase: 'calling' }>['progress']
    | IncomingMessage['type']
    | MediaStatus['audio' | 'video']
    | NegotiationOperation
    | PeerCommand['type']
    | SignalingEvent['type']
    | TextMessage['delivery' | 'from']
  expectTypeOf<string extends Names ? 'open' : 'closed'>().toEqualTypeOf<'closed'>()
})
