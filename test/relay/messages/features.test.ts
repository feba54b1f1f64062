import { describe, expect, it } from 'vitest'
import { connect, delivered, invite, ringing, startRelay } from '../support/relay-fixture.ts'

const invalid = (problem: string) => ({ ok: false, code: 'invalid-message', problem })

describe('the relay', () => {
  it('names no features by default, and adds no key to its welcome', async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice')
    expect(alice.seen[0]).toEqual(['welcome', alice.self])
  })

  it('names its features in the welcome of each client', async () => {
    const { url } = await startRelay({}, ['captions', 'call-waiting'])
    for (const name of ['alice', 'bob']) {
      const client = await connect(url, name)
      expect(client.seen[0]).toEqual(['welcome', { ...client.self, features: ['captions', 'call-waiting'] }])
    }
  })

  it('passes on features of clients, including unknown ones', async () => {
    const { url } = await startRelay()
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    const asking = invite('bob', undefined, ['captions', 'unheard-of'])
    expect(await alice.send(asking)).toEqual({ ok: true })
    await bob.saw(([event]) => event === 'message')
    expect(bob.messages).toEqual([delivered(asking, alice.self)])
    const answer = ringing('alice', ['captions'])
    expect(await bob.send(answer)).toEqual({ ok: true })
    await alice.saw(([event]) => event === 'message')
    expect(alice.messages).toEqual([delivered(answer, bob.self)])
  })

  it.each([
    ['too many', Array.from({ length: 17 }, () => 'captions'), 'expected at most 16 features'],
    ['one with a wrong character', ['Captions'], 'expected 1 to 16 lower-case letters and hyphens'],
    ['one that is too long', ['f'.repeat(17)], 'expected 1 to 16 lower-case letters and hyphens'],
  ])('refuses a list with %s, and says what is wrong', async (_, features, problem) => {
    const { url } = await startRelay()
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    const place = features.length > 16 ? 'body.features' : 'body.features.0'
    const refused = invalid(`${place}: ${problem}`)
    expect(await alice.send(invite('bob', undefined, features))).toEqual(refused)
    expect(await alice.send(ringing('bob', features))).toEqual(refused)
    expect(bob.messages).toEqual([])
  })

  it('refuses features in any other message', async () => {
    const { url } = await startRelay()
    const [alice] = [await connect(url, 'alice'), await connect(url, 'bob')]
    const accept = { ...ringing('bob', ['captions']), type: 'accept' }
    expect(await alice.send(accept as never)).toEqual(invalid('body: expected no other keys'))
  })
})
