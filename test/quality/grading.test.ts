import { describe, expect, it } from 'vitest'
import type { Cause, Grade } from '../../src/core/index.ts'
import { gradeReceiving, type Grading, type Observation } from '../../src/quality/grading.ts'
import { defaultThresholds, type InboundSample, type Sample } from '../../src/quality/index.ts'
import { sendsBoth } from './support/fake-client.ts'

const clear: Sample = {
  at: 0,
  receiving: {
    audio: { bitrate: 32_000, loss: 0, jitterMs: 3, concealment: 0 },
    video: { bitrate: 900_000, loss: 0, jitterMs: 8, framesPerSecond: 30, width: 640, height: 480 },
  },
  sending: {},
  roundTripMs: 30,
}
type Change = Partial<Observation> & {
  readonly audio?: InboundSample
  readonly video?: InboundSample
  readonly roundTripMs?: number
}
const observation = (at: number, { audio, video, roundTripMs = 30, ...also }: Change): Observation => ({
  sample: {
    ...clear,
    at,
    roundTripMs,
    receiving: {
      audio: { ...clear.receiving.audio, ...audio },
      video: { ...clear.receiving.video, ...video },
    },
  },
  callId: 'call-1',
  remote: sendsBoth,
  held: false,
  interrupted: false,
  ...also,
})

/** Grades one observation a second. Five seconds of a clear line come first. */
function grades(...changes: readonly Change[]): Grading[] {
  const gradings: Grading[] = []
  let grading: Grading | undefined
  for (const [i, change] of [...Array<Change>(5).fill({}), ...changes].entries()) {
    grading = gradeReceiving(grading, observation(i * 1_000, change), defaultThresholds)
    gradings.push(grading)
  }
  return gradings.slice(5)
}
const times = (count: number, change: Change): Change[] => Array<Change>(count).fill(change)
/** After how many seconds the grade was reached, with its causes. */
const reached = (
  gradings: readonly Grading[],
  grade: Grade,
): { after: number; because: readonly Cause[] } => {
  const after = gradings.findIndex((each) => each.grade === grade)
  return { after, because: gradings[after]?.because ?? [] }
}

const lossy: Change = { audio: { loss: 0.1 }, video: { loss: 0.1 } }

describe('the grade of what arrives', () => {
  it('is good on a clear line', () => {
    expect(
      grades(...times(10, {})).every(({ grade, because }) => grade === 'good' && because.length === 0),
    ).toBe(true)
  })

  it.each<[Cause, Change, Grade]>([
    ['loss', lossy, 'poor'],
    ['loss', { video: { loss: 0.03 } }, 'fair'],
    ['delay', { roundTripMs: 400 }, 'fair'],
    ['delay', { roundTripMs: 1_500 }, 'poor'],
    ['jitter', { audio: { jitterMs: 50 } }, 'fair'],
    ['jitter', { audio: { concealment: 0.2 } }, 'poor'],
    ['bandwidth', { video: { framesPerSecond: 4 } }, 'poor'],
    ['bandwidth', { video: { width: 240, height: 180 } }, 'fair'],
  ])('has the cause %s for %o: %s', (cause, change, grade) => {
    expect(grades(...times(6, change)).at(-1)).toMatchObject({ grade, because: [cause] })
  })

  it('names every cause of the grade, and none of a better one', () => {
    const last = grades(...times(6, { ...lossy, roundTripMs: 1_000, audio: { loss: 0.1, jitterMs: 50 } })).at(
      -1,
    )
    expect(last).toMatchObject({ grade: 'poor', because: ['loss', 'delay'] })
  })

  it('becomes poor within 3 s of loss, and good again within 10 s', () => {
    const gradings = grades(...times(6, lossy), ...times(10, {}))
    expect(reached(gradings, 'poor')).toEqual({ after: 1, because: ['loss'] })
    const recovery = gradings.slice(6)
    expect(reached(recovery, 'good').after).toBeGreaterThanOrEqual(4)
    expect(reached(recovery, 'good').after).toBeLessThanOrEqual(8)
  })

  it('ignores a single lost packet', () => {
    expect(grades({ audio: { loss: 0.02 } }, ...times(4, {})).map(({ grade }) => grade)).toEqual(
      Array(5).fill('good'),
    )
  })

  it('does not flicker while the loss comes and goes', () => {
    const gradings = grades(...Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? {} : lossy)))
    const changes = gradings.filter(({ grade }, i) => i > 0 && grade !== gradings[i - 1]?.grade)
    expect(changes.map(({ grade }) => grade)).toEqual(['fair', 'poor'])
  })

  it('keeps its causes while it waits for the line to stay better', () => {
    const waiting = grades(...times(5, lossy), ...times(5, {})).at(-1)
    expect(waiting).toMatchObject({ grade: 'poor', because: ['loss'] })
  })

  it('is poor once a camera picture has stood still for 2 s, and not before', () => {
    const still: Change = { video: { framesPerSecond: 0 } }
    const gradings = grades(...times(4, still))
    expect(reached(gradings, 'poor')).toEqual({ after: 1, because: ['frozen'] })
    expect(gradings[0]?.grade).toBe('good')
  })

  it.each<[string, Change]>([
    ['a shared screen', { remote: { ...sendsBoth, video: 'screen' } }],
    ['a camera on hold', { held: true }],
    ['a muted camera', { remote: { ...sendsBoth, video: 'muted' } }],
  ])('does not call %s frozen', (_, circumstances) => {
    const still = { ...circumstances, video: { framesPerSecond: 0, bitrate: 0 } }
    expect(grades(...times(10, still)).map(({ grade }) => grade)).toEqual(Array(10).fill('good'))
  })

  it('is lost while the connection is interrupted, and at once not after it', () => {
    const gradings = grades(...times(2, { interrupted: true }), {})
    expect(gradings.map(({ grade }) => grade)).toEqual(['lost', 'lost', 'good'])
  })

  it('is lost after 3 s without a byte, unless nothing is expected', () => {
    const nothing: Change = { audio: { bitrate: 0 }, video: { bitrate: 0 } }
    expect(reached(grades(...times(5, nothing)), 'lost').after).toBe(2)
    const silent = { ...nothing, remote: { ...sendsBoth, audio: 'off', video: 'off' } as const }
    expect(reached(grades(...times(9, silent)), 'lost').after).toBe(-1)
    expect(reached(grades(...times(9, { ...nothing, held: true })), 'lost').after).toBe(-1)
  })

  it('is not lost when sound begins after a silence', () => {
    const nothing: Change = { audio: { bitrate: 0 }, video: { bitrate: 0 } }
    const off = { ...sendsBoth, audio: 'off', video: 'off' } as const
    const sound = { ...off, audio: 'on' } as const
    const silence = times(6, { ...nothing, remote: off })
    const beginning = grades(...silence, { ...nothing, remote: sound }, { ...nothing, remote: sound })
    expect(beginning.map(({ grade }) => grade)).toEqual(Array(8).fill('good'))
    expect(reached(grades(...silence, ...times(5, { ...nothing, remote: sound })), 'lost').after).toBe(9)
  })

  it('does not judge the first seconds after an interruption', () => {
    const gradings = grades({ interrupted: true }, ...times(6, lossy)).slice(1)
    expect(gradings.map(({ grade }) => grade)).toEqual(['good', 'good', 'good', 'poor', 'poor', 'poor'])
  })

  it('gives a camera that has just come on time to adapt', () => {
    const slow: Change = { video: { framesPerSecond: 3 } }
    const off: Change = { ...slow, remote: { ...sendsBoth, video: 'off' } }
    const gradings = grades(...times(3, off), ...times(6, slow))
    expect(reached(gradings.slice(3), 'poor').after).toBe(3)
  })

  it('does not judge what a browser does not report', () => {
    const bare: Observation = {
      ...observation(0, {}),
      sample: { at: 0, receiving: { audio: { bitrate: 1 } }, sending: {} },
    }
    let grading: Grading | undefined
    for (let at = 0; at < 10_000; at += 1_000)
      grading = gradeReceiving(grading, { ...bare, sample: { ...bare.sample, at } }, defaultThresholds)
    expect(grading?.grade).toBe('good')
  })
})
