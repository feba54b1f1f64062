import wrtc from '@roamhq/wrtc'
import { describe, expect, it, vi } from 'vitest'
import { isRemoteClose, peerError } from '../../src/adapters/simple-peer/peer-error.ts'
import { observedConnection } from '../../src/adapters/simple-peer/observed-connection.ts'
import { signalEvent } from '../../src/adapters/simple-peer/signal-event.ts'
import { CallError } from '../../src/core/errors.ts'

const coded = (code: string, message = 'the reason') => Object.assign(new Error(message), { code })

describe('peerError', () => {
  it.each([
    ['ERR_ICE_CONNECTION_FAILURE', 'connection-failed'],
    ['ERR_ICE_CONNECTION_CLOSED', 'connection-failed'],
    ['ERR_CONNECTION_FAILURE', 'connection-failed'],
    ['ERR_DATA_CHANNEL', 'connection-failed'],
    ['ERR_PC_CONSTRUCTOR', 'connection-failed'],
    ['ERR_SET_REMOTE_DESCRIPTION', 'negotiation-failed'],
    ['ERR_SET_LOCAL_DESCRIPTION', 'negotiation-failed'],
    ['ERR_CREATE_OFFER', 'negotiation-failed'],
    ['ERR_CREATE_ANSWER', 'negotiation-failed'],
    ['ERR_ADD_ICE_CANDIDATE', 'negotiation-failed'],
    ['ERR_SIGNALING', 'negotiation-failed'],
  ])('maps %s to %s', (detail, code) => {
    const thrown = coded(detail)
    const error = peerError(thrown)
    expect(error).toBeInstanceOf(CallError)
    expect(error).toMatchObject({ code, detail: { peerCode: detail }, cause: thrown, message: /the reason/ })
  })

  it('accepts any thrown value, and keeps a CallError unchanged', () => {
    expect(peerError('what')).toMatchObject({ code: 'connection-failed', detail: {}, cause: 'what' })
    const error = new CallError('negotiation-failed', 'known')
    expect(peerError(error)).toBe(error)
  })

  it('distinguishes a close of the other side from a broken channel', () => {
    expect(isRemoteClose(coded('ERR_DATA_CHANNEL', 'User-Initiated Abort, reason=Close called'))).toBe(true)
    expect(isRemoteClose(coded('ERR_DATA_CHANNEL', 'Transport channel closed'))).toBe(false)
    expect(isRemoteClose(coded('ERR_CONNECTION_FAILURE', 'User-Initiated Abort'))).toBe(false)
    expect(isRemoteClose(null)).toBe(false)
  })
})

describe('signalEvent', () => {
  it.each([
    [
      { type: 'offer', sdp: 'v=0' },
      { type: 'description', description: { type: 'offer', sdp: 'v=0' } },
    ],
    [
      { type: 'answer', sdp: 'v=0' },
      { type: 'description', description: { type: 'answer', sdp: 'v=0' } },
    ],
    [{ type: 'renegotiate', renegotiate: true }, { type: 'renegotiate' }],
    [
      { type: 'candidate', candidate: { candidate: 'c', sdpMid: '0', sdpMLineIndex: 0 } },
      { type: 'candidate', candidate: { candidate: 'c', sdpMid: '0', sdpMLineIndex: 0 } },
    ],
    [
      { type: 'candidate', candidate: { candidate: 'c', sdpMid: undefined, sdpMLineIndex: 1 } },
      { type: 'candidate', candidate: { candidate: 'c', sdpMLineIndex: 1 } },
    ],
  ])('%j becomes %j', (signal, event) => {
    expect(signalEvent(signal)).toStrictEqual(event)
  })

  it.each([
    { type: 'transceiverRequest', transceiverRequest: { kind: 'video' } },
    { type: 'candidate', candidate: { candidate: '', sdpMid: '0', sdpMLineIndex: 0 } },
    { type: 'rollback', sdp: '' },
    { type: 'candidate', candidate: null },
    {},
    null,
  ])('%j is not sent', (signal) => {
    expect(signalEvent(signal)).toBeNull()
  })
})

describe('observed', () => {
  /** Like a browser's, its members refuse to work on anything else. */
  class BrandedConnection extends EventTarget {
    #state = 'new'
    #handler: unknown = null
    get connectionState() {
      return this.#state
    }
    get iceConnectionState() {
      return this.#state
    }
    get onconnectionstatechange() {
      return this.#handler
    }
    set onconnectionstatechange(handler: unknown) {
      this.#handler = handler
    }
    become(state: string) {
      this.#state = state
    }
  }

  it('shows disconnected instead of failed, and passes the real state to the observer', () => {
    const created = vi.fn<(connection: RTCPeerConnection) => void>()
    const classes = observedConnection(
      { ...wrtc, RTCPeerConnection: BrandedConnection as never },
      { created, remoteDescriptionApplied: () => undefined },
    )
    const shown = new classes.RTCPeerConnection()
    const told = created.mock.calls[0]?.[0] as unknown as BrandedConnection
    const states = ['connected', 'failed', 'closed'].map((state) => {
      told.become(state)
      return [shown.connectionState, shown.iceConnectionState, told.connectionState, told.iceConnectionState]
    })
    expect(states).toEqual([
      ['connected', 'connected', 'connected', 'connected'],
      ['disconnected', 'disconnected', 'failed', 'failed'],
      ['closed', 'closed', 'closed', 'closed'],
    ])
    const handler = () => undefined
    shown.onconnectionstatechange = handler
    expect(told.onconnectionstatechange).toBe(handler)
  })
})
