import { describe, expect, it } from 'vitest'
import { virtualId } from '../../../src/testing/index.ts'
import { calling, connecting, nothingNew } from './support/call-events.ts'
import { watched } from './support/watched.ts'

const captions = { id: 'test-captions' }
const parking = { id: 'test-parking', usesRelay: true }

/** Alice and Bob, who know these features. */
function world(features: Parameters<typeof watched>[1], relayFeatures: readonly string[] = []) {
  const world = watched({ relayFeatures }, features)
  // The rule knows clients from when they first do something.
  world.bob.does(nothingNew)
  const { self } = world.bob.client
  const used = (...names: string[]) => ({ ...connecting, remote: self, features: names })
  const rings = (...names: string[]) => ({
    ...calling,
    contacts: [self],
    contactFeatures: { [self.party]: names },
  })
  return { ...world, used, rings, plain: { ...connecting, remote: self } }
}

describe('uses-shared-features', () => {
  it('accepts what both sides know, from the ringing on', () => {
    const { alice, used, rings, broken } = world({ alice: [captions, parking], bob: [captions] })
    alice.does(nothingNew, rings('test-captions'))
    alice.does(nothingNew, used('test-captions'))
    expect(broken()).toBeUndefined()
  })

  it('reports a feature that one side alone knows', () => {
    for (const features of [{ alice: [captions] }, { bob: [captions] }, {}]) {
      const { alice, used, broken } = world(features)
      alice.does(nothingNew, used('test-captions'))
      expect(broken()).toBe('alice: uses-shared-features: uses test-captions, which not everybody named')
    }
    const { alice, rings, broken } = world({ alice: [captions] })
    alice.does(nothingNew, rings('test-captions'))
    expect(broken()).toContain('uses test-captions')
  })

  it('reports a feature that both sides know and do not use', () => {
    const { alice, plain, broken } = world({ alice: [captions], bob: [captions] })
    alice.does(nothingNew, plain)
    expect(broken()).toContain('does not use test-captions')
  })

  it('asks the relay as well, if it takes part', () => {
    const both = { alice: [parking], bob: [parking] }
    const without = world(both)
    without.alice.does(nothingNew, without.used('test-parking'))
    expect(without.broken()).toContain('uses test-parking')
    const withIt = world(both, ['test-parking'])
    withIt.alice.does(nothingNew, withIt.used('test-parking'))
    withIt.alice.does(nothingNew, withIt.plain)
    expect(withIt.broken()).toBeUndefined()
  })

  it('reports two sides of a call that use different features', () => {
    const both = { alice: [parking], bob: [parking] }
    const { alice, bob, used, plain, broken } = world(both, ['test-parking'])
    bob.does(nothingNew, { ...plain, remote: { user: 'alice', party: virtualId(99) } })
    alice.does(nothingNew, used('test-parking'))
    expect(broken(), 'Bob has given the call to another device').toBeUndefined()
    bob.does(nothingNew, { ...plain, remote: alice.client.self })
    alice.does(nothingNew, used('test-parking'))
    expect(broken()).toContain('uses "", and the other side "test-parking"')
  })
})
