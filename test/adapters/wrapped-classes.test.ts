import wrtc from '@roamhq/wrtc'
import { describe, expect, it } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import { localStream, openTestPeer, wire, type NewPort } from './support/test-peer.ts'
import { wrappers } from './support/wrapped-classes.ts'

const ports: readonly (readonly [name: string, newPort: NewPort])[] = [
  ['simple-peer', (wrtc) => simplePeer({ wrtc })],
  ['native', (wrtc) => nativePeer({ wrtc })],
]

describe.each(ports)('a %s peer connects, receives tracks and restarts ICE over', (_name, newPort) => {
  it.each(Object.entries(wrappers))('%s', async (_what, wrap) => {
    const classes = { RTCPeerConnection: wrap(wrtc.RTCPeerConnection) }
    const offerer = openTestPeer(newPort, { role: 'offerer', stream: localStream() }, classes)
    const answerer = openTestPeer(newPort, { role: 'answerer', stream: localStream() }, classes)
    wire(offerer, answerer)
    wire(answerer, offerer)
    await Promise.all([offerer, answerer].map((peer) => peer.saw('data-open')))
    await Promise.all(
      [offerer, answerer].map((peer) => peer.saw('track-added', ({ track }) => track.kind === 'video')),
    )

    // A candidate that fits nowhere does no harm.
    const candidate = { candidate: 'candidate:1 1 udp 9 127.0.0.1 5 typ host', sdpMid: '77' }
    answerer.command$.next({ type: 'candidate', candidate })
    offerer.command$.next({ type: 'restart' })
    await answerer.saw('description', (told) => told !== answerer.all('description')[0])
    offerer.command$.next({ type: 'send', data: 'still here' })
    await answerer.saw('data', ({ data }) => data === 'still here')
    expect([offerer, answerer].flatMap((peer) => peer.all('error'))).toEqual([])

    offerer.subscription.unsubscribe()
    await answerer.saw('complete')
  })
})
