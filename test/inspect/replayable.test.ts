import { describe, expect, it } from 'vitest'
import type { CallAction } from '../../src/core/index.ts'
import { inspect, replayable, type Replayable } from '../../src/inspect/index.ts'
import { play } from '../../src/testing/index.ts'

const call: CallAction = { type: 'call', user: 'bob' }
const hangUp: CallAction = { type: 'hang-up' }

function seen(does: Record<number, CallAction>, maxSize?: number): Replayable[] {
  const inspection = inspect({ maxSize })
  const values: Replayable[] = []
  replayable(inspection).subscribe((value) => values.push(value))
  play({ alice: { does, pipeline: inspection }, bob: { does: { 200: { type: 'accept' } } } })
  return values
}

describe('replayable', () => {
  it('says yes once a call has ended', () => {
    expect(seen({ 100: call })).toEqual(['no-call'])
    expect(seen({ 100: call, 2_000: hangUp })).toEqual(['no-call', 'yes'])
  })

  it('says no again when the next call begins', () => {
    expect(seen({ 100: call, 2_000: hangUp, 20_000: call, 21_000: hangUp })).toEqual([
      'no-call',
      'yes',
      'no-call',
      'yes',
    ])
  })

  it('says when parts of the call are missing', () => {
    expect(seen({ 100: call, 2_000: hangUp }, 6_000).at(-1)).toBe('incomplete')
  })
})
