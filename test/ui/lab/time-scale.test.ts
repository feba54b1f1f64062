import { expect, it } from 'vitest'
import { nudge, roundedTime } from '../../../src/ui/lab/model/nudge.ts'
import { timeScale } from '../../../src/ui/lab/model/time-scale.ts'

const at = (...times: readonly number[]) => times.map((time) => ({ at: time }))

it('draws short spans to scale', () => {
  const { x } = timeScale(at(0, 5, 15), 15)
  expect(x(15) - x(5)).toBeCloseTo(2 * (x(5) - x(0)))
})

it('squeezes 30 s of waiting to less than three times the room of 20 ms, and marks it', () => {
  const { x, quiet } = timeScale(at(0, 20, 30_020), 30_020)
  const near = x(20) - x(0)
  const waiting = x(30_020) - x(20)
  expect(waiting).toBeGreaterThan(near)
  expect(waiting).toBeLessThan(3 * near)
  expect(quiet).toEqual([{ from: 20, to: 30_020 }])
})

it('finds the time of every place again, also between two moments', () => {
  const scale = timeScale(at(0, 100, 110, 4_000), 4_000)
  for (const time of [0, 50, 100, 104, 2_500, 4_000, 5_000]) expect(scale.at(scale.x(time))).toBeCloseTo(time)
})

it('keeps places before the beginning and after the end inside', () => {
  const scale = timeScale(at(0, 100), 100)
  expect(scale.at(-50)).toBe(0)
  expect(scale.at(99_999)).toBe(scale.end)
  expect(scale.x(1_000_000)).toBe(scale.width)
})

it('makes room after a moment that needs it', () => {
  const { x } = timeScale([{ at: 0 }, { at: 10, room: 300 }, { at: 11 }], 11)
  expect(x(11) - x(10)).toBe(300)
})

it('stretches a short run to the least width', () => {
  const scale = timeScale(at(0, 10), 10, 1_000)
  expect(scale.width).toBeCloseTo(1_000)
})

it('rounds a dragged time to 10 ms, and to 100 ms in a squeezed span', () => {
  const scale = timeScale(at(0, 20, 60_000), 60_000)
  expect(roundedTime(scale, scale.x(14)) % 10).toBe(0)
  expect(roundedTime(scale, scale.x(14))).toBe(10)
  expect(roundedTime(scale, scale.x(31_234))).toBe(31_200)
})

it('moves by 10 ms with an arrow key, and by 100 ms with shift', () => {
  expect(nudge({ key: 'ArrowRight', shiftKey: false })).toBe(10)
  expect(nudge({ key: 'ArrowLeft', shiftKey: true })).toBe(-100)
  expect(nudge({ key: 'Enter', shiftKey: false })).toBeUndefined()
})
