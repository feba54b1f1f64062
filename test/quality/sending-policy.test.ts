import { describe, expect, it } from 'vitest'
import type { Grade } from '../../src/core/index.ts'
import { defaultSendingPolicy as policy } from '../../src/quality/index.ts'
import { adapt, beginAdapting, type Adapting } from '../../src/quality/sending-policy.ts'

/** One judgement a second, by this side's figures and by the other side's report. */
interface Phase {
  readonly seconds: number
  readonly own?: Grade
  readonly reported?: Grade | null
}

/** The second and the step of each change of step. */
function steps(...phases: readonly Phase[]): [number, number][] {
  const changes: [number, number][] = []
  let state: Adapting = beginAdapting(policy)
  let second = 0
  for (const { seconds, own = 'good', reported = null } of phases)
    for (let i = 0; i < seconds; i++, second++) {
      const next = adapt(state, { at: second * 1_000, own, reported }, policy)
      if (next.step !== state.step) changes.push([second, next.step])
      state = next
    }
  return changes
}

describe('the steps of the sent video', () => {
  it('go down every 5 s while sending is poor, and end with the camera off', () => {
    expect(steps({ seconds: 60, own: 'poor' })).toEqual([
      [5, 1],
      [10, 2],
      [15, 3],
      [20, 4],
    ])
  })

  it('stay as they are for a shorter time, and on a fair line', () => {
    expect(steps({ seconds: 5, own: 'poor' }, { seconds: 1 }, { seconds: 5, own: 'poor' })).toEqual([])
    expect(steps({ seconds: 100, own: 'fair' })).toEqual([])
  })

  it('go up one at a time once sending has been good for 20 s', () => {
    const changes = steps({ seconds: 21, own: 'poor' }, { seconds: 100 })
    expect(changes.slice(4)).toEqual([
      [41, 3],
      [61, 2],
      [81, 1],
      [101, 0],
    ])
  })

  it('wait twice as long after a step up that failed, up to a bound', () => {
    const failing: Phase[] = Array.from({ length: 8 }, () => [
      { seconds: 200 },
      { seconds: 6, own: 'poor' as const },
    ]).flat()
    const changes = steps({ seconds: 6, own: 'poor' }, ...failing)
    const ups = changes.filter(([, step], i) => i > 0 && step < (changes[i - 1]?.[1] ?? 0))
    const waits = ups.map(([second]) => (second - 6) % 206)
    expect(waits[0]).toBe(20)
    expect(waits[1]).toBe(20)
    expect(Math.max(...waits)).toBeLessThanOrEqual(160)
  })

  it('turn the camera off by this side’s own figures alone, never by a report', () => {
    const last = policy.steps.length - 1
    expect(steps({ seconds: 100, reported: 'poor' }).at(-1)?.[1]).toBe(last)
    expect(steps({ seconds: 100, reported: 'lost' }).at(-1)?.[1]).toBe(last)
    expect(steps({ seconds: 100, own: 'poor', reported: 'good' }).at(-1)?.[1]).toBe(last + 1)
  })

  it('keep the camera on if the policy says so', () => {
    let state = beginAdapting(policy)
    for (let at = 0; at < 100_000; at += 1_000)
      state = adapt(state, { at, own: 'poor', reported: null }, { ...policy, turnsOff: false })
    expect(state.step).toBe(policy.steps.length - 1)
  })
})
