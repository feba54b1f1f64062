import { describe, expect, it } from 'vitest'
import { judgeSending, limitations } from '../../src/quality/judge.ts'
import { defaultThresholds, type Sample } from '../../src/quality/index.ts'

const sending = (sending: Sample['sending'], also: Partial<Sample> = {}): Sample => ({
  at: 0,
  receiving: {},
  sending,
  ...also,
})
const judge = (...samples: Sample[]) => judgeSending(samples, defaultThresholds)

describe('the judgement of what is sent', () => {
  it.each<[string, Sample, object]>([
    ['loss of sound', sending({ audio: { loss: 0.06 } }), { grade: 'poor', because: ['loss'] }],
    ['loss of the picture', sending({ video: { loss: 0.03 } }), { grade: 'fair', because: ['loss'] }],
    ['a long way', sending({}, { roundTripMs: 900 }), { grade: 'poor', because: ['delay'] }],
    [
      'little bandwidth that is used up',
      sending({ audio: { bitrate: 32_000 }, video: { bitrate: 50_000 } }, { availableBitrate: 90_000 }),
      { grade: 'poor', because: ['bandwidth'] },
    ],
    ['nothing to complain of', sending({ audio: { loss: 0 } }), { grade: 'good', because: [] }],
  ])('names %s', (_, sample, judgement) => {
    expect(judge(sample)).toEqual(judgement)
  })

  it('ignores a low estimate of the bandwidth while little is sent', () => {
    expect(judge(sending({ audio: { bitrate: 32_000 } }, { availableBitrate: 60_000 })).grade).toBe('good')
    expect(judge(sending({}, { availableBitrate: 60_000 })).grade).toBe('good')
  })

  it('names what limits the encoder in every sample, and not only in some', () => {
    const [cpu, none] = [
      sending({ video: { limitation: 'cpu' } }),
      sending({ video: { limitation: 'none' } }),
    ]
    expect(limitations([cpu, cpu])).toEqual(['cpu'])
    expect(limitations([cpu, none])).toEqual([])
    expect(limitations([])).toEqual([])
  })
})
