import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import wrtc from '@roamhq/wrtc'
import { describe, expect, it } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import { localTrack } from './support/media.ts'
import { openTestPeer, wire, type NewPort, type TestPeer } from './support/test-peer.ts'

const native: NewPort = (webRtc) => nativePeer({ wrtc: webRtc })
const simple: NewPort = (wrtc) => simplePeer({ wrtc })

describe.each([
  { newPort: native, name: 'a native peer' },
  { newPort: simple, name: 'a simple-peer' },
])('$name', ({ newPort }) => {
  async function openSendingVideo(): Promise<{ sender: TestPeer; receiver: TestPeer }> {
    const stream = new wrtc.MediaStream([localTrack({ luma: 100 })])
    const sender = openTestPeer(newPort, { role: 'offerer', stream })
    const receiver = openTestPeer(newPort, { role: 'answerer' })
    wire(sender, receiver)
    wire(receiver, sender)
    await Promise.all([sender, receiver].map((peer) => peer.saw('data-open')))
    return { sender, receiver }
  }

  const frames = (peer: TestPeer) => peer.all('stats').at(-1)?.stats.receiving.video?.framesDecoded ?? 0

  it('answers each get-stats with one event', async () => {
    const { sender, receiver } = await openSendingVideo()
    let asked = 0
    // libwebrtc takes its statistics at most every 50 ms. Asking without a pause could starve the track's timer.
    await expect
      .poll(
        async () => {
          receiver.command$.next({ type: 'get-stats' })
          asked++
          await receiver.saw('stats', () => receiver.all('stats').length === asked)
          return frames(receiver)
        },
        { interval: 50, timeout: 10_000 },
      )
      .toBeGreaterThan(1)
    const { stats } = receiver.all('stats').at(-1) ?? {}
    expect(stats).toMatchObject({
      at: expect.any(Number) as unknown,
      receiving: { video: { width: 64, height: 48, codec: 'VP8', packetsLost: 0 } },
      path: { relayed: false, protocol: 'udp' },
    })
    expect(stats?.receiving.audio).toBeUndefined()
    sender.command$.next({ type: 'get-stats' })
    expect((await sender.saw('stats')).stats.sending.video?.framesEncoded).toBeGreaterThan(1)
    expect(receiver.all('stats')).toHaveLength(asked)
  })

  it('answers nothing, and stays open, if the platform has no statistics', async () => {
    let asked = 0
    class WithoutStats extends wrtc.RTCPeerConnection {
      override getStats(): Promise<never> {
        asked++
        return Promise.reject(new Error('no statistics'))
      }
    }
    const peer = openTestPeer(newPort, {}, { RTCPeerConnection: WithoutStats })
    peer.command$.next({ type: 'get-stats' })
    await eventLoopTurn()
    expect(asked).toBe(1)
    expect(peer.events.filter(({ type }) => /stats|error|complete/.test(type))).toEqual([])
    expect(peer.command$.observed).toBe(true)
  })

  it('ignores the statistics that arrive after unsubscribing', async () => {
    const { receiver } = await openSendingVideo()
    receiver.command$.next({ type: 'get-stats' })
    receiver.subscription.unsubscribe()
    for (let turn = 0; turn < 20; turn++) await eventLoopTurn()
    expect(receiver.all('stats')).toEqual([])
  })
})
