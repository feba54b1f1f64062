import { describe, expect, it } from 'vitest'
import { BEFORE_CLAIM } from '../../../server/limits/flood-guard.ts'
import {
  connect,
  expectOnlyMessage,
  openSocket,
  randomId,
  refusalOf,
  startRelay,
} from '../support/relay-fixture.ts'

const claim = (name: string) => ({ name, party: randomId(), secret: randomId() })

describe('a name', () => {
  it('is refused to a second client, in every spelling that looks the same', async () => {
    const { url } = await startRelay()
    await connect(url, 'José  P')
    for (const name of ['José  P', 'josé  p', 'Jose\u0301  P', 'JOSÉ P', 'Ｊosé P'])
      expect(await refusalOf(url, claim(name)), name).toEqual({
        code: 'name-taken',
        problem: 'another client holds this name',
      })
    await connect(url, 'Josephine')
  })

  it('is refused to a second client in look-alike characters, until it is released', async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice')
    for (const name of ['aIice', 'a1ice', 'AIice', 'ALlCE', 'al\u0456ce', '\u0430lice'])
      expect(await refusalOf(url, claim(name)), name).toEqual({
        code: 'name-taken',
        problem: 'another client holds a name that looks the same',
      })
    const bob = await connect(url, 'bob')
    alice.socket.disconnect()
    await bob.saw(([event, change]) => event === 'roster' && (change as { type: string }).type === 'left')
    const other = await connect(url, 'aIice')
    expect(await refusalOf(url, claim('alice'))).toMatchObject({ code: 'name-taken' })
    await expectOnlyMessage(bob, other)
  })

  it('stays with the first client after others were refused', async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    await refusalOf(url, claim('alice'))
    await refusalOf(url, { ...alice.claim, secret: randomId() })
    expect(alice.socket.connected).toBe(true)
    await expectOnlyMessage(bob, alice)
    expect(await refusalOf(url, claim('alice'))).toMatchObject({ code: 'name-taken' })
  })

  it('is spelled as its first holder spells it, for as long as it is held', async () => {
    const { url } = await startRelay()
    const bob = await connect(url, 'bob')
    const phone = await connect(url, 'alice')
    const laptop = await connect(url, 'ALICE', { secret: phone.claim.secret })
    expect(laptop.seen[0]).toEqual(['welcome', { user: 'alice', party: laptop.claim.party }])
    expect(laptop.changes).toEqual([{ type: 'all', users: ['bob'] }])
    await expectOnlyMessage({ ...laptop, self: { user: 'alice', party: laptop.claim.party } }, bob)
    phone.socket.disconnect()
    laptop.socket.disconnect()
    await bob.saw(([, change]) => (change as { type: string }).type === 'left')
    await connect(url, 'Alice', { secret: phone.claim.secret })
    await bob.saw(([, change]) => (change as { user?: string }).user === 'Alice')
    expect(bob.changes.slice(1)).toEqual([
      { type: 'joined', user: 'alice' },
      { type: 'left', user: 'alice' },
      { type: 'joined', user: 'Alice' },
    ])
  })

  it('is free as soon as its holder is gone', async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    alice.socket.disconnect()
    await bob.saw(([event, change]) => event === 'roster' && (change as { type: string }).type === 'left')
    const stranger = await connect(url, 'alice')
    await expectOnlyMessage(bob, stranger)
  })

  it('is free as soon as the connection of its holder breaks', async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    alice.socket.io.engine.close()
    await bob.saw(([event, change]) => event === 'roster' && (change as { type: string }).type === 'left')
    await connect(url, 'alice')
  })

  it('is free as soon as its holder disconnects, even if the transport stays open', async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    alice.socket.io.engine.write('1')
    await bob.saw(([event, change]) => event === 'roster' && (change as { type: string }).type === 'left')
    await connect(url, 'alice')
    expect(alice.socket.io.engine.readyState).toBe('open')
  })

  it('can be claimed only once by a connection', async () => {
    const { url } = await startRelay()
    const bob = await connect(url, 'bob')
    const socket = openSocket(url, claim('mallory'))
    socket.io.engine.on('open', () => {
      // With the first claim, as many packets as a connection may send before it is let in.
      for (let i = 1; i < BEFORE_CLAIM.packets; i += 1)
        socket.io.engine.write(`0${JSON.stringify(claim(`mallory ${i}`))}`)
    })
    await bob.saw(([, change]) => (change as { type: string }).type === 'joined')
    await bob.saw(([, change]) => (change as { type: string }).type === 'left')
    expect(bob.changes).toHaveLength(3)
  })
})

describe('a claim', () => {
  it.each([
    [''],
    [' alice'],
    ['alice '],
    ['a'.repeat(65)],
    ['a\nb'],
    ['a\u202eb'],
    ['a\u2028b'],
    ['a\u00adb'],
    ['\u3164'],
    ['\u2800 \u200d'],
    ['\u115f\u{e0100}'],
    ['\u{1d159}'],
    ['a\u{1d159}b'],
    ['\u{13441}'],
    ['\u{13442}'],
    ['a\ufffc'],
    ['\u0301'],
    ['\u0903\u093e'],
    ['a\ue000'],
    ['\u{f8ff}'],
    ['a\u{10fffd}'],
    ['a\ufdd0'],
    ['a\u0378'],
    ['a\u202db'],
    ['a\u2067b'],
    ['a\u{13430}b'],
    [7],
    [null],
    [['a']],
    [{}],
  ])('with the name %j is refused as invalid-name, with the rule for names', async (name) => {
    const { url } = await startRelay()
    expect(await refusalOf(url, { ...claim('x'), name })).toEqual({
      code: 'invalid-name',
      problem: expect.stringMatching(/1 to 64 characters/) as string,
    })
  })

  it.each([
    [' alice', 'expected no space at either end'],
    ['a\u202eb', 'expected no control, format, private-use or blank characters'],
    ['\u3164', 'expected a letter, digit or symbol that can be seen'],
    ['a\u0378', 'expected no characters that Unicode has not assigned'],
    [7, 'expected text'],
  ])('with the name %j is refused with the reason', async (name, problem) => {
    const { url } = await startRelay()
    expect(await refusalOf(url, { ...claim('x'), name })).toMatchObject({
      problem: expect.stringContaining(`this name cannot be used: ${problem};`) as string,
    })
  })

  it.each([
    [{ party: 'abc' }],
    [{ party: 'F'.repeat(32) }],
    [{ secret: undefined }],
    [{ secret: 'x'.repeat(32) }],
    [{ secret: { length: 32 } }],
    [{ admin: true }],
  ])('with %j is refused as invalid-claim', async (wrong) => {
    const { url } = await startRelay()
    expect(await refusalOf(url, { ...claim('alice'), ...wrong })).toMatchObject({ code: 'invalid-claim' })
    await connect(url, 'alice')
  })

  it('never reveals its secret', async () => {
    const lines: string[] = []
    const { url } = await startRelay({ log: (entry) => lines.push(JSON.stringify(entry)) })
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    await expectOnlyMessage(alice, bob)
    const stranger = claim('alice')
    const refusal = await refusalOf(url, stranger)
    const everything = JSON.stringify([alice.seen, bob.seen, lines, refusal])
    expect(lines).toContain('{"event":"refused","code":"name-taken"}')
    for (const { secret } of [alice.claim, bob.claim, stranger]) expect(everything).not.toContain(secret)
  })
})

it.each([
  ['of Persian, with a joiner that keeps letters apart', 'علی\u200cرضا'],
  ['of Sinhala, with one that joins them', 'ශ්\u200dරී'],
  ['of Japan, with a variant of a letter', '葛\u{e0100}城'],
  ['with emoji of several signs', '\u2764\ufe0f \u{1f469}\u200d\u{1f680}'],
])('a name %s is accepted as written', async (_, name) => {
  const { url } = await startRelay()
  const client = await connect(url, name)
  expect(client.seen[0]).toEqual(['welcome', client.self])
  expect(client.self.user).toBe(name)
})
