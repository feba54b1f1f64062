import { describe, expect, it } from 'vitest'
import { stepTimes } from '../../scripts/lib/step-times.js'

describe('the times of a test run', () => {
  it('are shown with their budgets, and steps over budget are marked', () => {
    const table = stepTimes([
      { name: 'lint', seconds: 31.2 },
      { name: 'unit', seconds: 139.7, budget: 140 },
      { name: 'browser', seconds: 512, budget: 480 },
    ])
    expect(table.split('\n')).toEqual([
      'lint       31 s',
      'unit      140 s  of  140 s',
      'browser   512 s  of  480 s  over budget',
      'total     683 s  of 1500 s',
    ])
  })
})
