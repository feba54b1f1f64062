import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NEVER, of } from 'rxjs'
import { localTracks } from '../../src/adapters/peer-connection/local-tracks.ts'
import { quickFirstFrame } from '../../src/adapters/peer-connection/quick-first-frame.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const camera = (width: number, height: number, settings: MediaTrackSettings = {}) =>
  ({ kind: 'video', getSettings: () => ({ width, height, ...settings }) }) as unknown as MediaStreamTrack
const hd = camera(1280, 720)
const microphone = { kind: 'audio', getSettings: () => ({}) } as unknown as MediaStreamTrack

/** A connection with one sender, and the factors by which this was told to scale down. */
function connectionOf({ track = hd }: { track?: MediaStreamTrack | null } = {}) {
  const factors: unknown[] = []
  const refuses = { now: false }
  const sender = {
    track,
    getParameters: () => ({ encodings: [{}] as { scaleResolutionDownBy?: number }[] }),
    setParameters: async ({ encodings }: { encodings: { scaleResolutionDownBy?: number }[] }) => {
      factors.push(encodings[0]?.scaleResolutionDownBy)
      if (refuses.now) throw new DOMException('not now', 'InvalidStateError')
    },
  }
  const stats: { availableOutgoingBitrate?: number }[] = [{}]
  const connection = { connectionState: 'connected', getStats: vi.fn(async () => stats) }
  const { prepare, restored$ } = quickFirstFrame(connection as unknown as RTCPeerConnection)
  const subscription = restored$.subscribe()
  return {
    connection,
    sender,
    factors,
    refuses,
    subscription,
    estimate: (bitrate: number) => stats.push({ availableOutgoingBitrate: bitrate }),
    /** Resolves once the sender is prepared. */
    prepare: (track: MediaStreamTrack) =>
      new Promise<void>((resolve, reject) => {
        prepare(sender as unknown as RTCRtpSender, track).subscribe({ complete: resolve, error: reject })
      }),
  }
}

const second = () => vi.advanceTimersByTimeAsync(1000)

describe('quickFirstFrame', () => {
  it.each([
    ['1280 x 720', hd, [2]],
    ['720 x 1280', camera(720, 1280), [2]],
    ['1920 x 1080', camera(1920, 1080), [3]],
    ['640 x 480', camera(640, 480), []],
    ['a screen', camera(2560, 1440, { displaySurface: 'monitor' }), []],
    ['a track without a size', camera(0, 0), []],
    ['a track without settings', { kind: 'video' } as MediaStreamTrack, []],
    ['a microphone', microphone, []],
  ])('scales %s down to 640 x 480 pixels at most', async (_, track, expected) => {
    const { prepare, factors } = connectionOf()
    await prepare(track)
    expect(factors).toEqual(expected)
  })

  it('sends in full size once there is bandwidth for it', async () => {
    const { prepare, factors, estimate, connection } = connectionOf()
    await prepare(hd)
    estimate(300_000)
    await second()
    await second()
    expect(factors).toEqual([2])
    estimate(1_000_000)
    await second()
    expect(factors).toEqual([2, 1])
    await second()
    expect(connection.getStats).toHaveBeenCalledTimes(3)
  })

  it('sends in full size after a second if the platform estimates no bandwidth', async () => {
    const { prepare, factors } = connectionOf()
    await prepare(hd)
    await second()
    expect(factors).toEqual([2, 1])
  })

  it('waits for the connection and for the track', async () => {
    const { prepare, factors, connection, sender } = connectionOf({ track: null })
    connection.connectionState = 'connecting'
    await prepare(hd)
    await second()
    connection.connectionState = 'connected'
    await second()
    expect(factors).toEqual([2])
    sender.track = hd
    await second()
    expect(factors).toEqual([2, 1])
  })

  it('sends a screen in full size at once when it replaces the camera', async () => {
    const { prepare, factors, estimate } = connectionOf()
    estimate(300_000)
    await prepare(hd)
    await prepare(camera(2560, 1440, { displaySurface: 'window' }))
    expect(factors).toEqual([2, 1])
    estimate(2_000_000)
    await second()
    await prepare(hd)
    expect(factors).toEqual([2, 1])
  })

  it('continues if the platform refuses, and tries again until the size is full', async () => {
    const { prepare, factors, refuses } = connectionOf()
    refuses.now = true
    await prepare(hd)
    await second()
    await second()
    expect(factors).toEqual([2, 1, 1])
    refuses.now = false
    await second()
    await second()
    expect(factors).toEqual([2, 1, 1, 1])
  })

  it('tries again for a screen whose full size was refused', async () => {
    const { prepare, factors, refuses } = connectionOf()
    await prepare(hd)
    refuses.now = true
    await prepare(camera(2560, 1440, { displaySurface: 'window' }))
    refuses.now = false
    await second()
    await second()
    expect(factors).toEqual([2, 1, 1])
  })

  it('stops looking after unsubscribing', async () => {
    const { prepare, factors, subscription, connection } = connectionOf()
    await prepare(hd)
    subscription.unsubscribe()
    await second()
    expect(factors).toEqual([2])
    expect(connection.getStats).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('localTracks', () => {
  const ignored = { add: () => undefined, negotiate: () => undefined }

  function sendingOf(track: MediaStreamTrack | null) {
    const done: unknown[] = []
    const sender = {
      track,
      getParameters: () => ({ encodings: [{}] as { scaleResolutionDownBy?: number }[] }),
      setParameters: async ({ encodings }: { encodings: { scaleResolutionDownBy?: number }[] }) =>
        done.push(encodings[0]?.scaleResolutionDownBy),
      replaceTrack: async (track: MediaStreamTrack) => done.push(track),
    }
    const transceiver = { sender, receiver: { track: { kind: 'video' } }, direction: 'sendrecv' }
    const connection = {
      connectionState: 'new',
      getSenders: () => [sender],
      getTransceivers: () => [transceiver],
    } as unknown as RTCPeerConnection
    return { connection, done }
  }

  it('makes the first picture small for a track that the connection already has', () => {
    const { connection, done } = sendingOf(hd)
    localTracks(connection, NEVER, ignored).subscribe().unsubscribe()
    expect(done).toEqual([2])
  })

  it('makes the first picture small for a later track, before it is sent', async () => {
    const { connection, done } = sendingOf(null)
    const command$ = of({ type: 'track', kind: 'video', track: hd } as const)
    const subscription = localTracks(connection, command$, ignored).subscribe()
    await vi.advanceTimersByTimeAsync(0)
    expect(done).toEqual([2, hd])
    subscription.unsubscribe()
  })
})
