import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { architecture, readFacts, regenerated } from '../../scripts/architecture/document.ts'
import { root } from '../../scripts/lib/run.js'

const document = readFileSync(architecture, 'utf8')
const facts = readFacts()

it('matches the phases, the events and the walks of the code', async () => {
  const current = await regenerated(document, facts)
  expect(document, 'docs/architecture.md is out of date: run `npm run architecture`').toBe(current)
})

it('names only files that exist', () => {
  const named = [...document.matchAll(/`((?:src|server|scripts|test)\/[^`]*)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

it('counts at most 26 types of events', () => {
  expect(facts.events.length).toBeGreaterThan(0)
  expect(facts.events.length, facts.events.map(({ type }) => type).join(' ')).toBeLessThanOrEqual(26)
})

it('names an emitter and a listener for each event', () => {
  const lonely = facts.events.filter(
    ({ emitters, listeners }) => emitters.length === 0 || listeners.length === 0,
  )
  expect(lonely.map(({ type }) => type)).toEqual([])
})

// In turns of the outer queue, by the causes of the events, the first one and the effect `send` included.
it.each([
  ["`call('bob')`", 'send invite', 4],
  ['An incoming offer', 'send answer', 4],
  ['A local candidate', 'send candidates', 2],
  ['`hangUp()`', 'send hang-up', 2],
])('%s leads to %s within %i turns', (title, wire, atMost) => {
  const walk = facts.walks.find((each) => each.title === title)
  expect(walk?.wire).toBe(wire)
  expect(walk?.toWire ?? Infinity, 'the turn in which it is sent').toBeLessThanOrEqual(atMost)
})
