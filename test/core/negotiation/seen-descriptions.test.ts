import { describe, expect, it } from 'vitest'
import { hasSeen, noneSeen, seenLimit, withSeen } from '../../../src/core/negotiation/seen-descriptions.ts'
import type { Description } from '../../../src/core/index.ts'

const offer = (n: number): Description => ({ type: 'offer', sdp: `description ${n}` })
const answer = (n: number): Description => ({ type: 'answer', sdp: `description ${n}` })
const upTo = (count: number) => Array.from({ length: count }, (_, n) => offer(n))

describe('seen descriptions', () => {
  it('are recognized by their type and their text', () => {
    const seen = withSeen(noneSeen, offer(1))
    expect([offer(1), offer(2), answer(1)].map((other) => hasSeen(seen, other))).toEqual([true, false, false])
    expect(hasSeen(noneSeen, offer(1))).toBe(false)
  })

  it('are limited to the last 32 of each type', () => {
    const seen = upTo(1000).reduce(withSeen, withSeen(noneSeen, answer(0)))
    const known = upTo(1000).filter((other) => hasSeen(seen, other))
    expect(known).toEqual(upTo(1000).slice(-32))
    expect(seenLimit).toBe(32)
    expect(Object.values(seen).flat()).toHaveLength(33)
    expect(hasSeen(seen, answer(0))).toBe(true)
  })
})
