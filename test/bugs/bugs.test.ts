import { expect, it } from 'vitest'
import { simulate } from '../../src/testing/index.ts'
import { invariants } from '../../src/testing/simulator/rules/index.ts'
import { bugs } from './index.ts'

it('has a bug for each invariant, and each bug has another name', () => {
  expect(new Set(bugs.map(({ breaks }) => breaks))).toEqual(new Set(Object.keys(invariants)))
  expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length)
})

// A few that break their invariant soon. `npm run simulate:bugs` runs them all.
it.each([
  'yields-never',
  'never-acknowledges',
  'leaves-the-camera-on',
  'shows-texts-twice',
  'renames-calls',
  'takes-its-own-features-for-shared',
])('the simulator catches %s within fifty calls', (name) => {
  const bug = bugs.find((each) => each.name === name)
  const { failures } = simulate({ calls: 50, seed: 1, maxFailures: 1, stages: bug?.stages ?? {} })
  expect(failures.map(({ violation }) => violation.invariant)).toEqual([bug?.breaks])
})
