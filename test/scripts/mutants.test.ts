import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { mutants } from '../../scripts/mutants/mutants.js'
import { mutate } from '../../scripts/mutants/prepare.js'

it('has enough mutants, each with a name of its own', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(130)
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
})

it.each(mutants)('$name changes one place of the core as it is', (mutant) => {
  const source = readFileSync(new URL(`../../src/core/${mutant.file}`, import.meta.url), 'utf8')
  const mutated = mutate(mutant)
  expect(mutated).not.toBe(source)
  expect(mutated.length - source.length).toBe(mutant.replace.length - mutant.find.length)
})

it('refuses a mutant whose text is gone or stands twice', () => {
  const [mutant] = mutants
  if (!mutant) throw new Error('there are no mutants')
  expect(() => mutate({ ...mutant, find: 'no such text' })).toThrow('no more')
  expect(() => mutate({ ...mutant, find: 'const ' })).toThrow('more than once')
})
