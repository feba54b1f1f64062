import { expect, it } from 'vitest'
import { decodeScene, formatFailure, runScene, simulate } from '../../../src/testing/index.ts'
import { labBugs } from '../../../src/ui/lab/bugs/index.ts'

const stages = labBugs.find(({ id }) => id === 'shows-texts-twice')?.stages ?? {}
const [failure] = simulate({ calls: 50, seed: 1, maxFailures: 1, stages }).failures

it('names the broken invariant, draws the smallest world that breaks it, and ends with its address', () => {
  if (!failure) throw new Error('the bug was not found')
  const lines = formatFailure(failure, stages).split('\n')
  expect(lines[0]).toMatch(/^BROKEN texts-in-order: Each text arrives at most once/)
  expect(lines[1]).toMatch(/^[a-z]+, \d+ ms: /)
  expect(lines).toContain(`The world has seed ${failure.scenario.seed}. The smallest part of it that fails:`)
  expect(lines.some((line) => /^\w+ chat .*-/.test(line))).toBe(true)

  const [, fragment = ''] = (lines.at(-1) ?? '').split('#')
  expect(lines.at(-1)).toMatch(/^Open it in the lab \(npm start\): http:\/\/localhost:3000\/lab\/#scene=/)
  const opened = decodeScene(fragment)
  if (!opened.ok) throw new Error(opened.problem)
  expect(opened.scene.title).toBe('Breaks texts-in-order')
  expect(runScene(opened.scene, { stages }).violation).toMatchObject({ invariant: 'texts-in-order' })
})

it('says so if the failure does not show in a recording, as without the bug', () => {
  if (!failure) throw new Error('the bug was not found')
  expect(formatFailure(failure)).toContain('It does not fail while it is being recorded')
})
