import { describe, expect, it } from 'vitest'
import type { CallAction } from '../../../src/core/index.ts'
import type { TimelineEntry, Scenario, SimulatedUser } from '../../../src/testing/simulator/scenario.ts'
import { isHappyPath, isFaultFree, traitsOf } from '../../../src/testing/simulator/scenario-traits.ts'

const user = (name: string, more: Partial<SimulatedUser> = {}): SimulatedUser => ({
  user: name,
  clockMs: 0,
  answers: [{ afterMs: 0, does: 'accept' }],
  captures: [{ afterMs: 0, refusal: undefined }],
  peer: 'simple-peer',
  ...more,
})
const world = (timeline: TimelineEntry[], clients = [user('alice'), user('bob')]): Scenario => ({
  seed: 1,
  clients,
  timeline,
  settles: true,
})
const act = (at: number, client: number, action: CallAction): TimelineEntry => ({ at, client, action })
const call = (at: number, client: number, to: string) => act(at, client, { type: 'call', user: to })
const hangUp = (at: number) => act(at, 0, { type: 'hang-up' })

describe('scenario traits', () => {
  it('finds no traits in a plain scenario', () => {
    expect(traitsOf(world([call(30, 0, 'bob'), hangUp(5_000)]))).toEqual([])
  })

  it.each([
    ['second-tab', world([], [user('alice'), user('bob'), user('bob')])],
    ['clock', world([], [user('alice', { clockMs: 86_400_000 }), user('bob')])],
    [
      'capture-slow',
      world([], [user('alice', { captures: [{ afterMs: 5, refusal: undefined }] }), user('bob')]),
    ],
    ['capture-refused', world([], [user('alice', { captures: [{ afterMs: 0, refusal: 'no-device' }] })])],
    ['bare-simple-peer', world([], [user('alice'), user('bob', { peer: 'bare-simple-peer' })])],
    ['glare', world([call(30, 0, 'bob'), call(45, 1, 'alice')])],
    ['cancel-against-accept', world([call(30, 0, 'bob'), hangUp(60)])],
    [
      'accept-against-timeout',
      world([], [user('alice', { answers: [{ afterMs: 60_010, does: 'accept' }] })]),
    ],
    ['hang-up-during-restart', world([{ at: 50, fault: 'relay-restart', ms: 100 }, hangUp(149)])],
    ['hang-up-during-restart', world([{ at: 50, fault: 'path-outage', ms: 100 }, hangUp(51)])],
    [
      'call-after-crash',
      world([{ at: 50, fault: 'crash', client: 0, ms: 100 }, call(151, 0, 'bob'), call(5_150, 0, 'bob')]),
    ],
  ] as const)('%s', (fault, scenario) => {
    expect(traitsOf(scenario)).toEqual([fault])
  })

  it.each([
    ['calls one after the other', [call(30, 0, 'bob'), call(51, 1, 'alice')]],
    ['the same one calling twice', [call(30, 0, 'bob'), call(31, 0, 'bob')]],
    ['a hang-up after a while', [call(30, 0, 'bob'), hangUp(131)]],
    [
      'a call of somebody else after a crash, one before the tab is back, and one much later',
      [
        { at: 50, fault: 'crash', client: 0, ms: 100 } as const,
        call(100, 0, 'bob'),
        call(200, 1, 'alice'),
        call(5_151, 0, 'bob'),
      ],
    ],
    ['a hang-up after a restart', [{ at: 50, fault: 'relay-restart', ms: 100 } as const, hangUp(150)]],
  ])('are not: %s', (_, timeline) => {
    expect(traitsOf(world(timeline))).toEqual([])
  })
})

describe('a happy path', () => {
  it('has no injected fault and no second tab, whatever clocks, cameras and users do', () => {
    const odd = user('alice', { clockMs: 5, captures: [{ afterMs: 5, refusal: 'no-device' }] })
    expect(isHappyPath(world([call(30, 0, 'bob'), call(31, 1, 'alice')], [odd, user('bob')]))).toBe(true)
    expect(isHappyPath(world([{ at: 1, fault: 'path-cut' }]))).toBe(false)
    expect(isHappyPath(world([], [user('bob'), user('bob')]))).toBe(false)
    expect(isHappyPath(world([], [user('alice', { peer: 'native' }), user('bob')]))).toBe(true)
    expect(isHappyPath(world([], [user('alice', { peer: 'bare-simple-peer' }), user('bob')]))).toBe(false)
  })

  it('is free of faults, and stays so with a second tab', () => {
    expect(isFaultFree(world([call(30, 0, 'bob')], [user('bob'), user('bob')]))).toBe(true)
    expect(isFaultFree(world([{ at: 1, fault: 'relay-restart', ms: 1 }]))).toBe(false)
  })
})
