import { describe, expect, it } from 'vitest'
import { median, quartiles } from '../../bench/lib/statistics.js'
import { ratioOf, report } from '../../bench/setup/report.js'

describe('statistics of the benchmarks', () => {
  it('take the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
  })

  it('interpolate the quartiles between neighbours', () => {
    expect(quartiles([5, 1, 4, 2, 3])).toEqual([2, 4])
    expect(quartiles([4, 1, 2, 3])).toEqual([1.75, 3.25])
    expect(quartiles([7])).toEqual([7, 7])
  })
})

describe('report', () => {
  const marks = (seen: number) => ({
    accepted: 1000,
    captured: 1000,
    described: 1000,
    answered: 1000,
    attached: 1000,
    connected: 1000,
    secured: 1000,
    received: 1000,
    pictured: 1000,
    decoded: 1000,
    seen,
  })
  const calls = (...seen: number[]) => seen.map((at) => ({ callee: marks(at), caller: marks(at) }))
  const all = {
    native: calls(1100, 1200, 1300),
    'simple-peer': calls(1400, 1400, 1400),
    control: calls(1200, 1400, 1600),
    PeerJS: calls(1400, 1500, 1600),
  }
  const time = ({ callee }: (typeof all.native)[number]) => callee.seen - callee.accepted

  it('shows median, quartiles and ratio to the control for each variant', () => {
    expect(report(all, { 'callee sees': time }).split('\n')).toEqual([
      '              native   25–75 %      ×   simple-peer   25–75 %      ×   control   25–75 %   PeerJS   25–75 %      ×',
      'callee sees    200.0   150–250   0.50         400.0   400–400   1.00     400.0   300–500    500.0   450–550   1.25',
    ])
  })

  it('divides the medians', () => {
    expect(ratioOf(all, 'native', time)).toBe(0.5)
  })
})
