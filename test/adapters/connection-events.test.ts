import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectionEvents } from '../../src/adapters/peer-connection/connection-events.ts'
import type { PeerEvent } from '../../src/core/ports/index.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const connectionState = (state: RTCPeerConnectionState): PeerEvent => ({ type: 'connection-state', state })

function watched(connectionState: RTCPeerConnectionState) {
  const connection = Object.assign(new EventTarget(), { connectionState, iceConnectionState: 'new' })
  const told: PeerEvent[] = []
  const subscription = connectionEvents(connection as unknown as RTCPeerConnection).subscribe((event) =>
    told.push(event),
  )
  return {
    connection,
    told,
    subscription,
    changed: (type: string) => connection.dispatchEvent(new Event(type)),
  }
}

describe('connectionEvents', () => {
  it('emits a state when its event fires', () => {
    const { connection, told, changed } = watched('connecting')
    changed('connectionstatechange')
    connection.connectionState = 'connected'
    changed('connectionstatechange')
    expect(told).toEqual([connectionState('connecting'), connectionState('connected')])
  })

  it.each([
    [10, 20],
    [150, 200],
    [1900, 2000],
  ])('emits a state that changes %i ms after its event after %i ms, and once', async (late, by) => {
    const { connection, told, changed } = watched('disconnected')
    changed('connectionstatechange')
    await vi.advanceTimersByTimeAsync(late)
    connection.connectionState = 'connected'
    await vi.advanceTimersByTimeAsync(by - 1 - late)
    expect(told).toEqual([connectionState('disconnected')])
    await vi.advanceTimersByTimeAsync(1)
    expect(told).toEqual([connectionState('disconnected'), connectionState('connected')])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(told).toHaveLength(2)
  })

  it('stops looking when unsubscribed', async () => {
    const { connection, told, subscription, changed } = watched('connecting')
    changed('connectionstatechange')
    subscription.unsubscribe()
    connection.connectionState = 'connected'
    expect(vi.getTimerCount()).toBe(0)
    changed('connectionstatechange')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual([connectionState('connecting')])
  })

  it('emits the end of candidates only when no candidate follows it', async () => {
    const { connection, told } = watched('new')
    const found = (candidate: object | null) =>
      connection.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }))
    found(null)
    found({ candidate: 'one more' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual([])
    found(null)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual([{ type: 'candidate', candidate: null }])
  })
})
