import { simulate } from 'rxcall/testing'
import { expect, it } from 'vitest'

it('breaks no invariant in a hundred calls over a bad network', () => {
  const { failures, hash } = simulate({ calls: 100, seed: 7, faults: ['loss', 'duplication', 'freeze'] })
  expect(failures).toEqual([])
  expect(simulate({ calls: 100, seed: 7, faults: ['loss', 'duplication', 'freeze'] }).hash).toBe(hash)
})
