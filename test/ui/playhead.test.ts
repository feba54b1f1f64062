import { describe, expect, it } from 'vitest'
import { advanced } from '../../src/ui/replay/playhead.ts'

const times = [0, 400, 1_000, 31_000, 31_500]

describe('the playhead of a replay', () => {
  it('moves as real time does, times the speed', () => {
    expect(advanced(100, 50, 1, times)).toBe(150)
    expect(advanced(100, 50, 4, times)).toBe(300)
  })

  it('hurries through quiet spans', () => {
    expect(advanced(1_000, 100, 1, times)).toBe(3_000)
    expect(advanced(900, 200, 1, times)).toBe(3_000)
    expect(advanced(30_000, 100, 1, times)).toBe(31_050)
  })

  it('stops at the last event', () => {
    expect(advanced(31_400, 1_000, 1, times)).toBe(31_500)
    expect(advanced(31_500, 1_000, 1, times)).toBe(31_500)
    expect(advanced(0, 10, 1, [])).toBe(0)
  })
})
