import { describe, expect, it } from 'vitest'
import { linearAxis, squeezedAxis, ticksOf } from '../../src/inspector/axis.ts'
import { atEnd, fitted, including, panned, zoomed } from '../../src/inspector/view.ts'

const times = [0, 30, 100, 10_100, 10_150, 20_150]

describe('an axis that skips pauses', () => {
  const axis = squeezedAxis(times, 200)

  it('draws a long pause as a short one, and everything else as it is', () => {
    expect(times.map((at) => axis.toPosition(at))).toEqual([0, 30, 100, 300, 350, 550])
    expect(axis.length).toBe(550)
    expect(axis.pauses).toEqual([
      { from: 100, to: 10_100 },
      { from: 10_150, to: 20_150 },
    ])
  })

  it('finds the time of each position, also within a pause and past the end', () => {
    for (const at of [0, 15, 100, 5_100, 10_099, 10_100, 10_120, 20_150, 20_400])
      expect(axis.toTime(axis.toPosition(at))).toBeCloseTo(at, 6)
  })

  it('has ticks at round times, apart from each other and never in a pause', () => {
    const ticks = ticksOf(axis, 0, axis.length, 40)
    expect(ticks.map(({ at }) => at)).toEqual([0, 50, 100, 10_100, 10_150, 20_150])
    for (const [index, { position }] of ticks.entries())
      expect(position - (ticks[index - 1]?.position ?? -40)).toBeGreaterThanOrEqual(40)
  })
})

it('has at most as many ticks as there is room for, however long a call is', () => {
  expect(ticksOf(linearAxis(36_000_000), 0, 36_000_000, 36_000_000 / 8).length).toBeLessThanOrEqual(9)
})

describe('the view', () => {
  const axis = linearAxis(1_000)
  const whole = fitted(axis, 500)

  it('shows the whole axis, and never anything beyond it', () => {
    expect(whole).toEqual({ from: 0, scale: 0.5 })
    expect(panned(whole, 400, axis, 500)).toEqual(whole)
    expect(zoomed(whole, 0.1, 250, axis, 500)).toEqual(whole)
  })

  it('keeps what is under the pointer in its place when it zooms', () => {
    const view = zoomed(whole, 4, 250, axis, 500)
    expect(view.scale).toBe(2)
    expect(view.from + 250 / view.scale).toBe(500)
  })

  it('moves by the least that brings a position into sight', () => {
    const view = zoomed(whole, 4, 0, axis, 500)
    expect(including(view, 100, axis, 500)).toEqual(view)
    expect(including(view, 500, axis, 500).from).toBe(500 + 30 - 250)
    expect(including({ ...view, from: 600 }, 500, axis, 500).from).toBe(470)
    expect(atEnd(view, axis, 500).from).toBe(750)
  })
})
