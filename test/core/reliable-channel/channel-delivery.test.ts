import fc from 'fast-check'
import { Subject, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { reliableChannel, type Frame } from '../../../src/core/reliable-channel/reliable-channel.ts'
import { pendingTimers } from '../support/pending-timers.ts'

/** The delays of the copies of one frame in milliseconds. A lost frame has none. */
const fate = fc.oneof(
  { weight: 4, arbitrary: fc.constant([5]) },
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 3 }) },
)
/** One side sends something, or the link is closed for a while. */
const happening = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('say' as const),
      by: fc.constantFrom(0, 1),
      at: fc.integer({ min: 0, max: 20_000 }),
      values: fc.integer({ min: 1, max: 40 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('close' as const),
      by: fc.constantFrom(0, 1),
      at: fc.integer({ min: 0, max: 20_000 }),
      ms: fc.integer({ min: 0, max: 15_000 }),
    }),
  },
)
const story = fc.record({
  happenings: fc.array(happening, { minLength: 1, maxLength: 20 }),
  fates: fc.array(fate, { maxLength: 400 }),
  resumes: fc.boolean(),
})
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never

interface Way {
  readonly open: boolean
  readonly resumes: boolean
}

/** The time at which the faults of any run are over: the end of the longest possible last closing. */
const CALM_MS = 35_000
const settings = { ackMs: 1_000, maxAckMs: 5_000, maxUnacked: 1_000 }

/** Two channels, one at each end of a link, on which the events of the run happen. */
function tell({ happenings, fates, resumes }: Story) {
  const scheduler = new VirtualTimeScheduler()
  scheduler.maxFrames = 10 * 60_000
  const timers = pendingTimers({ scheduler })
  const frame$ = [new Subject<Frame<string>>(), new Subject<Frame<string>>()] as const
  const send$ = [new Subject<string>(), new Subject<string>()] as const
  const link$ = [new Subject<Way>(), new Subject<Way>()] as const
  const heard: readonly [string[], string[]] = [[], []]
  const said: readonly [string[], string[]] = [[], []]
  const waiting = [0, 0]
  /** How many closings of each side's link overlap at the moment. */
  const closings: [number, number] = [0, 0]
  let lastAt = 0
  let next = 0

  const carry = (to: 0 | 1, frame: Frame<string>) => {
    const delays = (scheduler.now() < CALM_MS && fates[next++]) || [5]
    for (const ms of delays)
      scheduler.schedule(() => {
        if (closings[0] === 0 && closings[1] === 0) frame$[to].next(frame)
      }, ms)
  }
  for (const end of [0, 1] as const) {
    const sources = { send$: send$[end], frame$: frame$[end], link$: link$[end] }
    reliableChannel<string, string>(sources, settings, timers).subscribe((turn) => {
      waiting[end] = turn.unacked.length
      for (const output of turn.outputs) {
        if (output.type === 'transmit') carry(end === 0 ? 1 : 0, output.frame)
        if (output.type !== 'deliver') continue
        heard[end].push(output.value)
        lastAt = scheduler.now()
      }
    })
  }
  for (const each$ of link$) each$.next({ open: true, resumes: false })
  for (const each of happenings) {
    const end = each.by === 0 ? 0 : 1
    if (each.type === 'say')
      scheduler.schedule(() => {
        for (let n = 0; n < each.values; n++) {
          const value = `${end}.${said[end].length}`
          said[end].push(value)
          send$[end].next(value)
        }
      }, each.at)
    else {
      scheduler.schedule(() => {
        if (closings[end]++ === 0) link$[end].next({ open: false, resumes })
      }, each.at)
      scheduler.schedule(() => {
        if (--closings[end] === 0) link$[end].next({ open: true, resumes })
      }, each.at + each.ms)
    }
  }
  scheduler.flush()
  return { heard, said, waiting, lastAt, pending: timers.pending() }
}

describe('two channels with a bad network between them', () => {
  it('deliver everything once and in order soon after the faults stop, and are then idle', () => {
    fc.assert(
      fc.property(story, (told) => {
        const { heard, said, waiting, lastAt, pending } = tell(told)
        expect(heard[1]).toEqual(said[0])
        expect(heard[0]).toEqual(said[1])
        expect(waiting).toEqual([0, 0])
        expect(pending).toBe(0)
        // The longest delay between two attempts, and one more for each window of waiting values.
        expect(lastAt).toBeLessThan(CALM_MS + 30_000)
      }),
      { seed: 20_240_229, numRuns: 400 },
    )
  })

  it('meet every kind of fault in these runs', () => {
    const met = { lost: 0, doubled: 0, reordered: 0, closed: 0, windows: 0 }
    for (const { fates, happenings } of fc.sample(story, { seed: 20_240_229, numRuns: 400 })) {
      if (fates.some((delays) => delays.length === 0)) met.lost++
      if (fates.some((delays) => delays.length > 1)) met.doubled++
      if (fates.some(([ms = 0]) => ms > 1_000)) met.reordered++
      if (happenings.some(({ type }) => type === 'close')) met.closed++
      if (happenings.reduce((sum, each) => sum + (each.type === 'say' ? each.values : 0), 0) > 128)
        met.windows++
    }
    expect(Math.min(...Object.values(met))).toBeGreaterThan(100)
  })
})
