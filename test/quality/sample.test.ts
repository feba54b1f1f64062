import { describe, expect, it } from 'vitest'
import type { ConnectionStats } from '../../src/core/index.ts'
import { sampleBetween } from '../../src/quality/index.ts'

const audio = { bytes: 4_000, packets: 50, packetsLost: 0, jitterMs: 4, codec: 'opus', audioLevel: 0.25 }
const video = { bytes: 100_000, packets: 90, packetsLost: 10, framesDecoded: 30, width: 640, height: 480 }
const before: ConnectionStats = { at: 5_000, receiving: { audio, video }, sending: {} }
const later = (ms: number, receiving: ConnectionStats['receiving']): ConnectionStats => ({
  at: 5_000 + ms,
  receiving,
  sending: {},
})

describe('the sample between two reports', () => {
  it('has rates over the time that has passed', () => {
    const after = later(2_000, {
      audio: { ...audio, bytes: 12_000, packets: 150 },
      video: { ...video, bytes: 350_000, packets: 270, packetsLost: 30, framesDecoded: 90 },
    })
    const { receiving } = sampleBetween(before, after)
    expect(receiving.audio).toEqual({
      bitrate: 32_000,
      loss: 0,
      jitterMs: 4,
      codec: 'opus',
      audioLevel: 0.25,
    })
    expect(receiving.video).toEqual({
      bitrate: 1_000_000,
      loss: 0.1,
      framesPerSecond: 30,
      freezes: 0,
      width: 640,
      height: 480,
    })
  })

  it('has no rates without an earlier report, but the figures of the moment', () => {
    const path = { relayed: true, protocol: 'udp' } as const
    expect(sampleBetween(undefined, { ...before, roundTripMs: 40, path })).toEqual({
      at: 5_000,
      receiving: {
        audio: { jitterMs: 4, codec: 'opus', audioLevel: 0.25 },
        video: { freezes: 0, width: 640, height: 480 },
      },
      sending: {},
      roundTripMs: 40,
      path,
    })
  })

  it('omits what a browser does not report, instead of claiming 0', () => {
    const bare = sampleBetween(later(0, { audio: { bytes: 0 } }), later(1_000, { audio: { bytes: 1_000 } }))
    expect(bare.receiving).toEqual({ audio: { bitrate: 8_000 } })
    expect(Object.keys(bare)).toEqual(['at', 'receiving', 'sending'])
  })

  it('counts from 0 what the earlier report lacks, such as media that had not begun', () => {
    const sample = sampleBetween(
      { at: 5_000, receiving: {}, sending: {} },
      { at: 6_000, receiving: { video }, sending: { audio: { bytes: 4_000 } } },
    )
    expect(sample.receiving.video).toMatchObject({ bitrate: 800_000, loss: 0.1, framesPerSecond: 30 })
    expect(sample.sending.audio).toEqual({ bitrate: 32_000 })
  })

  it('has no rates if no time has passed', () => {
    expect(sampleBetween(before, later(0, { audio })).receiving.audio?.bitrate).toBeUndefined()
  })

  it('counts from 0 again if a counter has fallen', () => {
    const after = later(1_000, { audio: { ...audio, bytes: 1_000, packets: 20, packetsLost: 5 } })
    const { audio: sample } = sampleBetween(before, after).receiving
    expect(sample?.bitrate).toBe(8_000)
    expect(sample?.loss).toBe(0.2)
  })

  it('does not take a late packet, which lowers the count of lost ones, for a new beginning', () => {
    const after = later(1_000, { video: { ...video, packets: 190, packetsLost: 9 } })
    expect(sampleBetween(before, after).receiving.video?.loss).toBe(0)
  })

  it('has no loss if no packet was expected', () => {
    expect(sampleBetween(before, later(1_000, { audio })).receiving.audio?.loss).toBeUndefined()
  })

  it('has the share of the sound that was invented', () => {
    const sound = { ...audio, samples: 48_000, concealedSamples: 480 }
    const start = later(0, { audio: sound })
    const end = later(1_000, { audio: { ...sound, samples: 96_000, concealedSamples: 5_280 } })
    expect(sampleBetween(start, end).receiving.audio?.concealment).toBe(0.1)
  })

  it('counts each time that the picture stops', () => {
    const frames = [0, 30, 30, 30, 60, 60]
    const reports = frames.map((framesDecoded, i) => later(i * 1_000, { video: { framesDecoded } }))
    let sample = sampleBetween(undefined, reports[0] as ConnectionStats)
    const freezes = reports.slice(1).map((report, i) => {
      sample = sampleBetween(reports[i], report, sample)
      return sample.receiving.video?.freezes
    })
    expect(freezes).toEqual([0, 1, 1, 1, 2])
  })

  it('takes the loss of sent media from the reports of the other side', () => {
    const sending = { audio: { bytes: 0, packets: 100, packetsLost: 2 } }
    const start: ConnectionStats = { at: 0, receiving: {}, sending }
    const end: ConnectionStats = {
      at: 1_000,
      receiving: {},
      sending: {
        audio: { bytes: 1_000, packets: 150, packetsLost: 7, roundTripMs: 80 },
        video: { limitation: 'cpu' },
      },
    }
    expect(sampleBetween(start, end).sending).toEqual({
      audio: { bitrate: 8_000, loss: 0.1, roundTripMs: 80 },
      video: { limitation: 'cpu' },
    })
  })
})
