import { describe, expect, it } from 'vitest'
import { TokenBucket } from '../../../src/core/protocol/token-bucket.ts'

describe('the token bucket', () => {
  it('allows the burst at once, and then what time refills', () => {
    let now = 5000
    const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, now)
    const take = () => bucket.take(now)
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false])
    now += 499
    expect(take()).toBe(false)
    now += 1
    expect([take(), take()]).toEqual([true, false])
    now += 3_600_000
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false])
  })

  it('continues when the clock is set back', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 1 }, 3_600_000)
    expect([bucket.take(3_600_000), bucket.take(0), bucket.take(0)]).toEqual([true, true, false])
    expect(bucket.take(1000)).toBe(true)
  })
})
