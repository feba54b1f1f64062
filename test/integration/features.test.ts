import { expect } from 'vitest'
import { connect, test as base } from './support/call-test.ts'
import { independentClient, type IndependentClient } from './support/independent-client.ts'

const captions = { id: 'captions' }
const reactions = { id: 'reactions' }
const holograms = { id: 'holograms' }

const test = base.extend<{ readonly ines: IndependentClient }>({
  ines: async ({ relay }, use) => {
    const ines = independentClient({ url: relay.url, name: 'ines' })
    await ines.seen('welcome')
    await use(ines)
    ines.close()
  },
})

for (const [row, theirs, used] of [
  ['the other side has no features', [], undefined],
  ['the other side names unknown ones', [holograms], undefined],
  ['the other side shares one', [reactions, holograms], ['reactions']],
] as const)
  for (const caller of ['alice', 'bob'] as const)
    test(`a call connects and uses what is shared if ${row}, and ${caller} calls`, async ({ join }) => {
      const alice = await join('alice', { features: [captions, reactions] })
      const bob = await join('bob', { features: theirs })
      await (caller === 'alice' ? connect(alice, bob) : connect(bob, alice))
      for (const side of [alice, bob]) expect((await side.phase('connected')).features).toEqual(used)
      expect([...alice.errors, ...bob.errors]).toEqual([])
    })

for (const direction of ['calls', 'is called by'] as const)
  test(`a client that was written without features ${direction} one that has some`, async ({
    join,
    ines,
  }) => {
    const alice = await join('alice', { features: [captions] })
    if (direction === 'calls') {
      ines.call('alice')
      await alice.phase('ringing')
      alice.client.accept()
    } else {
      alice.client.call('ines')
      await ines.seen('ringing')
      ines.accept()
    }
    const [call] = await Promise.all([alice.phase('connected'), ines.seen('connected 0')])
    expect(call).not.toHaveProperty('features')
    alice.client.hangUp()
    await ines.seen('ended hung-up')
    expect(alice.errors).toEqual([])
  })
