import { describe, expect, it } from 'vitest'
import { invariants } from '../../../src/testing/index.ts'
import { simulate } from '../../../src/testing/simulator/simulate.ts'

describe('simulate', () => {
  it('runs until enough calls were begun, and finds nothing wrong', () => {
    const { calls, worlds, failures, cells } = simulate({ calls: 400, seed: 42 })
    expect(failures).toEqual([])
    expect(calls).toBeGreaterThanOrEqual(400)
    expect(calls).toBeLessThan(500)
    expect(worlds).toBeGreaterThan(40)
    expect(cells.size).toBeGreaterThan(200)
  })

  it('comes to the same hash with the same options, and to another with any other', () => {
    const hash = (options: Partial<Parameters<typeof simulate>[0]> = {}) =>
      simulate({ calls: 40, seed: 1, ...options }).hash
    expect(hash()).toMatch(/^[0-9a-f]{8}$/)
    expect(hash()).toBe(hash())
    expect(hash({ seed: 2 })).not.toBe(hash())
    expect(hash({ clients: 3 })).not.toBe(hash())
    expect(hash({ faults: [] })).not.toBe(hash())
  })

  it('has the faults that it is told to have', () => {
    const kinds = (faults: Parameters<typeof simulate>[0]['faults']) => {
      const { cells } = simulate({ calls: 200, seed: 3, ...(faults && { faults }) })
      return new Set([...cells.keys()].map((cell) => cell.split(' ')[0]))
    }
    expect(kinds(['loss', 'freeze'])).toContain('loss')
    expect(kinds(['loss', 'freeze'])).toContain('freeze')
    expect(kinds(['loss', 'freeze'])).not.toContain('crash')
    expect(kinds(['loss', 'freeze'])).not.toContain('relay-restart')
  })

  it('tells how far it is', () => {
    const told: number[] = []
    const { calls, worlds } = simulate({ calls: 50, seed: 4, progress: (begun) => told.push(begun) })
    expect(told).toHaveLength(worlds)
    expect(told.at(-1)).toBe(calls)
  })

  it('says of each invariant what it is, in a sentence', () => {
    for (const sentence of Object.values(invariants)) expect(sentence).toMatch(/^[A-Z].*\.$/)
  })
})
