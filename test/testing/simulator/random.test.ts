import { expect, it } from 'vitest'
import { chanceOf, hashOf, seededRandom } from '../../../src/testing/simulator/random.ts'

it('gives the same numbers for the same seed, and others for another', () => {
  const numbers = (seed: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: 3 }, () => random.int(0, 1_000_000))
  }
  expect(numbers(1)).toEqual([627_074, 2_735, 527_447])
  expect(numbers(1)).toEqual(numbers(1))
  expect(numbers(2)).not.toEqual(numbers(1))
})

it('stays within its limits, both of them included', () => {
  const random = seededRandom(7)
  const drawn = new Set(Array.from({ length: 200 }, () => random.int(-1, 2)))
  expect([...drawn].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2])
  const picked = new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b'] as const)))
  expect([...picked].sort()).toEqual(['a', 'b'])
  const none: readonly string[] = []
  expect(random.pick(none)).toBeUndefined()
})

it('returns true as often as asked for', () => {
  const random = seededRandom(3)
  const hits = Array.from({ length: 10_000 }, () => random.chance(0.3)).filter(Boolean).length
  expect(hits).toBeGreaterThan(2_800)
  expect(hits).toBeLessThan(3_200)
})

it('hashes as FNV-1a does, and continues from a hash', () => {
  expect(hashOf('')).toBe(0x811c9dc5)
  expect(hashOf('a')).toBe(0xe40c292c)
  expect(hashOf('foobar')).toBe(0xbf9cf968)
  expect(hashOf('bar', hashOf('foo'))).toBe(hashOf('foobar'))
})

it('draws a chance from its arguments alone', () => {
  const drawn = chanceOf(1, 'loss', 'alice bob invite 1')
  expect(chanceOf(1, 'loss', 'alice bob invite 1')).toBe(drawn)
  expect(chanceOf(1, 'loss', 'alice bob invite 2')).not.toBe(drawn)
  expect(drawn).toBeGreaterThanOrEqual(0)
  expect(drawn).toBeLessThan(1)
})
