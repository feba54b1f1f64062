import wrtc from '@roamhq/wrtc'
import { describe, expect, it } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import { openTestPeer, wire, type NewPort } from './support/test-peer.ts'

const ports: readonly (readonly [name: string, newPort: NewPort])[] = [
  ['simple-peer', (wrtc) => simplePeer({ wrtc })],
  ['native', (wrtc) => nativePeer({ wrtc })],
]

/**
 * libwebrtc's connection, except that it announces its data channel only in `state`, and then fires `further` events of
 * the channel.
 */
function announcingIn(state: 'open' | 'closed', further: readonly string[]) {
  const reached = state === 'open' ? 'open' : 'close'
  return class extends wrtc.RTCPeerConnection {
    override dispatchEvent(event: Event): boolean {
      if (event.type !== 'datachannel') return super.dispatchEvent(event)
      const { channel } = event as RTCDataChannelEvent
      let isAnnounced = false
      const announce = (): void => {
        if (isAnnounced) return
        isAnnounced = true
        expect(channel.readyState).toBe(state)
        super.dispatchEvent(event)
        for (const type of further) channel.dispatchEvent(new Event(type))
      }
      // Behind whatever else the channel fires for it.
      channel.addEventListener(reached, () => setImmediate(announce))
      return true
    }
  }
}

function openPair(newPort: NewPort, RTCPeerConnection: typeof wrtc.RTCPeerConnection) {
  const offerer = openTestPeer(newPort, { role: 'offerer' })
  const answerer = openTestPeer(newPort, { role: 'answerer' }, { RTCPeerConnection })
  wire(offerer, answerer)
  wire(answerer, offerer)
  return { offerer, answerer }
}

describe.each(ports)('a %s peer whose platform announces the data channel', (_name, newPort) => {
  it.each([
    ['only once it is open, without another event', []],
    ['only once it is open, and then fires `open` all the same', ['open']],
    ['only once it is open, and then fires `open` twice', ['open', 'open']],
  ] as const)('%s, emits data-open once', async (_when, further) => {
    const { offerer, answerer } = openPair(newPort, announcingIn('open', further))
    await Promise.all([offerer, answerer].map((peer) => peer.saw('data-open')))
    answerer.command$.next({ type: 'send', data: 'from the answerer' })
    await offerer.saw('data')
    offerer.command$.next({ type: 'send', data: 'from the offerer' })
    await answerer.saw('data')
    expect(answerer.all('data-open')).toHaveLength(1)
    expect(offerer.all('data-open')).toHaveLength(1)
  })

  it('only after closing it, completes', async () => {
    const { offerer, answerer } = openPair(newPort, announcingIn('closed', []))
    await offerer.saw('data-open')
    offerer.subscription.unsubscribe()
    await answerer.saw('complete')
    expect(answerer.all('data-open')).toEqual([])
  })
})
