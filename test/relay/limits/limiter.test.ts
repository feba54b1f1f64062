import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryLimiter, rateLimit, type CreateLimiter, type Limiter } from '../../../server/limits/limiter.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const never = (thrown: unknown) => expect.unreachable(String(thrown))

/** A counter in memory, and the requests to it: `KEY POINTS`. */
function counter(create: CreateLimiter = memoryLimiter) {
  const asked: string[] = []
  const createLimiter: CreateLimiter = (options) => {
    const limiter = create(options)
    return {
      consume(key, points) {
        asked.push(`${key} ${points}`)
        return limiter.consume(key, points)
      },
    }
  }
  return { asked, createLimiter }
}

describe('a limit', () => {
  it.each([1, 2, 99, 100, 250, 3000, 5001])(
    'of %d points allows exactly that number, and then says how long to wait',
    async (points) => {
      const takeOne = rateLimit(memoryLimiter, 'x', { points, seconds: 60 }, never)
      for (let i = 0; i < points; i++) expect(await takeOne('alice')).toBeUndefined()
      vi.advanceTimersByTime(20_500)
      expect(await takeOne('alice')).toBe(40)
      expect(await takeOne('bob')).toBeUndefined()
      vi.advanceTimersByTime(39_500)
      expect(await takeOne('alice')).toBeUndefined()
    },
  )

  it('buys a hundredth of the allowance from its counter, and spends it at once', async () => {
    const { asked, createLimiter } = counter()
    const takeOne = rateLimit(createLimiter, 'x', { points: 1000, seconds: 60 }, never)
    await takeOne('alice')
    for (let i = 0; i < 9; i++) expect(takeOne('alice')).toBeUndefined()
    expect(asked).toEqual(['alice 10'])
    expect(takeOne('alice')).toBeInstanceOf(Promise)
    expect(asked).toEqual(['alice 10', 'alice 10'])
  })

  it('buys at most what its counter has left', async () => {
    const { asked, createLimiter } = counter()
    const takeOne = rateLimit(createLimiter, 'x', { points: 205, seconds: 60 }, never)
    for (let i = 0; i < 205; i++) await takeOne('alice')
    expect(asked.slice(-2)).toEqual(['alice 2', 'alice 1'])
  })

  it('asks its counter once for all waiting requests', async () => {
    const { asked, createLimiter } = counter()
    const takeOne = rateLimit(createLimiter, 'x', { points: 300, seconds: 60 }, never)
    const waits = Array.from({ length: 4 }, () => Promise.resolve(takeOne('alice')))
    expect(await Promise.all(waits)).toEqual(Array(4))
    expect(asked).toEqual(['alice 3', 'alice 3'])
  })

  it('does not ask its counter for somebody who has nothing left', async () => {
    const { asked, createLimiter } = counter()
    const takeOne = rateLimit(createLimiter, 'x', { points: 1, seconds: 60 }, never)
    await takeOne('alice')
    expect(takeOne('alice')).toBe(60)
    expect(asked).toEqual(['alice 1'])
  })

  it('drops bought points when they expire', async () => {
    const { asked, createLimiter } = counter()
    const takeOne = rateLimit(createLimiter, 'x', { points: 1000, seconds: 60 }, never)
    await takeOne('alice')
    vi.advanceTimersByTime(60_000)
    await takeOne('alice')
    expect(asked).toEqual(['alice 10', 'alice 10'])
  })

  it('that is off asks no counter', () => {
    const create = vi.fn(memoryLimiter)
    const takeOne = rateLimit(create, 'x', { points: Infinity, seconds: 60 }, never)
    expect(takeOne('alice')).toBeUndefined()
    expect(create).not.toHaveBeenCalled()
  })

  it('says how long to wait when others have used up everything', async () => {
    const shared = memoryLimiter({ keyPrefix: 'x', points: 1000, duration: 60 })
    const [here, there] = [0, 1].map(() => rateLimit(() => shared, 'x', { points: 1000, seconds: 60 }, never))
    let taken = 0
    for (; (await there?.('alice')) === undefined; taken++);
    expect(taken).toBe(1000)
    expect(await here?.('alice')).toBe(60)
  })
})

describe('a counter that fails', () => {
  const failing: readonly (readonly [string, Limiter['consume']])[] = [
    ['rejects', () => Promise.reject(new Error('away'))],
    [
      'throws',
      () => {
        throw new Error('away')
      },
    ],
  ]

  it.each(failing)('because it %s opens the limit, and is asked again after a second', async (_, consume) => {
    const { asked, createLimiter } = counter(() => ({ consume }))
    const failed = vi.fn()
    const takeOne = rateLimit(createLimiter, 'x', { points: 1, seconds: 60 }, failed)
    expect(await takeOne('alice')).toBeUndefined()
    for (let i = 0; i < 100; i++) expect(takeOne('alice')).toBeUndefined()
    expect(asked).toHaveLength(1)
    expect(failed).toHaveBeenCalledExactlyOnceWith(new Error('away'))
    vi.advanceTimersByTime(1000)
    expect(await takeOne('alice')).toBeUndefined()
    expect(asked).toHaveLength(2)
  })
})
