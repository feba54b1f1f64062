import { expect, it } from 'vitest'
import { conformanceCases } from '../../src/testing/index.ts'
import { faults, pathFaults, unproved } from '../conformance/support/faults.ts'

const names = new Set(conformanceCases.map(({ name }) => name))

it('the faults of adapters name cases that exist', () => {
  const named = [
    ...faults.flatMap(({ foundBy }) => foundBy),
    ...pathFaults.flatMap(({ foundBy }) => foundBy.map(([name]) => name)),
    ...unproved,
  ]
  expect(named.filter((name) => !names.has(name))).toEqual([])
})
