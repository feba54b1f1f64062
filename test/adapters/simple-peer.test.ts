import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import wrtc from '@roamhq/wrtc'
import { NEVER } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import type { CallError } from '../../src/core/errors.ts'
import { localStream, openPair, openPeer } from './support/peer-pair.ts'
import { watchChannels } from './support/test-peer.ts'

describe('simplePeer', () => {
  it('decodes bytes to text', async () => {
    const { RTCPeerConnection, channel } = watchChannels()
    const { offerer, answerer } = openPair({}, { RTCPeerConnection })
    await offerer.saw('data-open')
    channel().send(new TextEncoder().encode('bytes'))
    expect((await answerer.saw('data')).data).toBe('bytes')
  })

  it('drops text sent while its channel is closing, and completes when that is closed', async () => {
    const { RTCPeerConnection, channel } = watchChannels()
    const { offerer, answerer } = openPair({}, { RTCPeerConnection })
    await Promise.all([offerer.saw('data-open'), answerer.saw('data-open')])
    // This simulates a closing channel (W3C WebRTC, 6.2, send), a state too short to be met here.
    channel().send = () => {
      throw new DOMException('the channel is closing', 'InvalidStateError')
    }
    offerer.command$.next({ type: 'send', data: 'too late' })
    channel().close()
    await offerer.saw('complete')
    expect(offerer.all('error')).toEqual([])
  })

  it('can be unsubscribed at once', async () => {
    const peer = openPeer({ stream: localStream() })
    peer.subscription.unsubscribe()
    await eventLoopTurn()
    expect(peer.events).toEqual([])
    expect(peer.connection.signalingState).toBe('closed')
  })

  it('opens a connection for each subscription, not earlier', async () => {
    let made = 0
    class Counted extends wrtc.RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        made++
      }
    }
    const peer$ = simplePeer({ wrtc: { ...wrtc, RTCPeerConnection: Counted } }).open(
      { role: 'answerer', stream: null },
      NEVER,
    )
    expect(made).toBe(0)
    peer$.subscribe().unsubscribe()
    peer$.subscribe().unsubscribe()
    expect(made).toBe(2)
    await eventLoopTurn()
  })

  it('uses the ICE servers of its options, and by default none', () => {
    const configs: unknown[] = []
    class Configured extends wrtc.RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        configs.push(config)
      }
    }
    const classes = { ...wrtc, RTCPeerConnection: Configured }
    const iceServers = [{ urls: 'stun:127.0.0.1:3478' }]
    for (const options of [{}, { iceServers, config: { iceTransportPolicy: 'relay' as const } }]) {
      simplePeer({ ...options, wrtc: classes })
        .open({ role: 'answerer', stream: null }, NEVER)
        .subscribe()
        .unsubscribe()
    }
    expect(configs).toMatchObject([{ iceServers: [] }, { iceServers, iceTransportPolicy: 'relay' }])
  })

  it('errors when there is no WebRTC, and says what to do', () => {
    const error = vi.fn<(error: CallError) => void>()
    simplePeer().open({ role: 'offerer', stream: null }, NEVER).subscribe({ error })
    expect(error.mock.calls[0]?.[0]).toMatchObject({ code: 'no-webrtc', message: /pass `wrtc`/ })
  })

  it('errors when the connection cannot be created', async () => {
    class Broken extends wrtc.RTCPeerConnection {
      constructor() {
        super()
        this.close()
        throw new Error('no more connections')
      }
    }
    const error = await new Promise((resolve) => {
      simplePeer({ wrtc: { ...wrtc, RTCPeerConnection: Broken } })
        .open({ role: 'offerer', stream: null }, NEVER)
        .subscribe({ error: resolve })
    })
    expect(error).toMatchObject({ code: 'connection-failed', detail: { peerCode: 'ERR_PC_CONSTRUCTOR' } })
  })

  it('errors and closes the connection when the tracks cannot be added', async () => {
    const made: RTCPeerConnection[] = []
    class Trackless extends wrtc.RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        made.push(this)
      }
      override addTrack(): RTCRtpSender {
        throw new Error('no such track')
      }
    }
    const error = vi.fn<(error: CallError) => void>()
    simplePeer({ wrtc: { ...wrtc, RTCPeerConnection: Trackless } })
      .open({ role: 'offerer', stream: localStream() }, NEVER)
      .subscribe({ error })
    expect(error.mock.calls[0]?.[0]).toMatchObject({ code: 'connection-failed', message: /no such track/ })
    await eventLoopTurn()
    expect(made.map(({ signalingState }) => signalingState)).toEqual(['closed'])
  })
})
