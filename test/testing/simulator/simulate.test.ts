import { describe, expect, it } from 'vitest'
import { invariants } from '../../../src/testing/index.ts'
import { simulate } from '../../../src/testing/simulator/simulate.ts'

describe('simulate', () => {
  it('runs until enough calls were started, and reports no violation', () => {
    const { calls, worlds, failures, cells } = simulate({ calls: 400, seed: 42 })
    expect(failures).toEqual([])
    expect(calls).toBeGreaterThanOrEqual(400)
    expect(calls).toBeLessThan(500)
    expect(worlds).toBeGreaterThan(40)
    expect(cells.size).toBeGreaterThan(200)
  })

  it('returns the same hash for the same options, and another for any other', () => {
    const hash = (options: Partial<Parameters<typeof simulate>[0]> = {}) =>
      simulate({ calls: 40, seed: 1, ...options }).hash
    expect(hash()).toMatch(/^[0-9a-f]{8}$/)
    expect(hash()).toBe(hash())
    expect(hash({ seed: 2 })).not.toBe(hash())
    expect(hash({ clients: 3 })).not.toBe(hash())
    expect(hash({ faults: [] })).not.toBe(hash())
  })

  it('uses only the faults that it is given', () => {
    const kinds = (faults: Parameters<typeof simulate>[0]['faults']) => {
      const { cells } = simulate({ calls: 200, seed: 3, ...(faults && { faults }) })
      return new Set([...cells.keys()].map((cell) => cell.split(' ')[0]))
    }
    expect(kinds(['loss', 'freeze'])).toContain('loss')
    expect(kinds(['loss', 'freeze'])).toContain('freeze')
    expect(kinds(['loss', 'freeze'])).not.toContain('crash')
    expect(kinds(['loss', 'freeze'])).not.toContain('relay-restart')
  })

  it('reports its progress', () => {
    const told: number[] = []
    const { calls, worlds } = simulate({ calls: 50, seed: 4, progress: (begun) => told.push(begun) })
    expect(told).toHaveLength(worlds)
    expect(told.at(-1)).toBe(calls)
  })

  it('describes each invariant in a sentence', () => {
    for (const sentence of Object.values(invariants)) expect(sentence).toMatch(/^[A-Z].*\.$/)
  })
})
