import type { Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { peerEvents } from 'rxcall/native-peer'

/** A connection of somebody else, as far as its events go. */
class FakeConnection extends EventTarget {
  connectionState = 'new'
  iceConnectionState = 'new'
  iceGatheringState = 'new'
  signalingState = 'stable'
  listeners = 0

  override addEventListener(...listener: Parameters<EventTarget['addEventListener']>): void {
    this.listeners++
    super.addEventListener(...listener)
  }

  override removeEventListener(...listener: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners--
    super.removeEventListener(...listener)
  }

  moveTo(state: 'signaling' | 'connection', value: string): void {
    this[`${state}State`] = value
    this.dispatchEvent(new Event(`${state}statechange`))
  }

  find(candidate: string): void {
    const found = { toJSON: () => ({ candidate, sdpMid: '0' }) }
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: found }))
  }
}

const candidate = 'candidate:1 1 udp 1 192.0.2.1 9 typ host'

describe('peerEvents', () => {
  it('shows the negotiation of any RTCPeerConnection as marbles', () => {
    const connection = new FakeConnection()
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
    scheduler.run(({ cold, expectObservable }) => {
      const acts: Record<string, () => void> = {
        o: () => connection.moveTo('signaling', 'have-local-offer'),
        c: () => connection.find(candidate),
        s: () => connection.moveTo('signaling', 'stable'),
        u: () => connection.moveTo('connection', 'connected'),
      }
      cold('                                  -o-c--s-u-', acts).subscribe((act) => act())
      const peer$: Observable<unknown> = peerEvents(connection as unknown as RTCPeerConnection)
      expectObservable(peer$, '               ----------!').toBe('-o-c--s-u-', {
        o: { type: 'signaling-state', state: 'have-local-offer' },
        c: { type: 'candidate', candidate: { candidate, sdpMid: '0' } },
        s: { type: 'signaling-state', state: 'stable' },
        u: { type: 'connection-state', state: 'connected' },
      })
    })
    expect(connection.listeners).toBe(0)
  })
})
