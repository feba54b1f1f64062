import { describe, expect, it } from 'vitest'
import { createNames, nameKey } from '../../server/names.ts'
import { connect, expectOnlyMessage, openSocket, randomId, refusalOf, startRelay } from './relay-fixture.ts'

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

  it('goes over to a new connection with the same secret, unseen by the others', async () => {
    const { url } = await startRelay()
    const bob = await connect(url, 'bob')
    const old = await connect(url, 'alice')
    const renewed = await connect(url, 'alice', old.claim)
    // The client library does not reconnect by itself after this reason, so that two tabs do not fight for a name.
    expect(await old.gone).toBe('io server disconnect')
    await expectOnlyMessage(bob, renewed)
    expect(old.messages).toEqual([])
    await expectOnlyMessage(renewed, bob)
    expect(bob.changes).toEqual([
      { type: 'all', users: [] },
      { type: 'joined', user: 'alice' },
    ])
    expect(await refusalOf(url, claim('alice'))).toMatchObject({ code: 'name-taken' })
  })

  it('is announced anew when its holder comes back with another spelling', async () => {
    const { url } = await startRelay()
    const bob = await connect(url, 'bob')
    const old = await connect(url, 'alice')
    await connect(url, 'Alice', { secret: old.claim.secret })
    await bob.saw(([, change]) => (change as { type: string }).type === 'left')
    expect(bob.changes.slice(2)).toEqual([
      { type: 'joined', user: 'Alice' },
      { type: 'left', user: 'alice' },
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

  it('is free as soon as its holder says goodbye, even if the transport stays open', async () => {
    const { url } = await startRelay()
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    alice.socket.io.engine.write('1')
    await bob.saw(([event, change]) => event === 'roster' && (change as { type: string }).type === 'left')
    await connect(url, 'alice')
    expect(alice.socket.io.engine.readyState).toBe('open')
  })

  it('comes only one to a connection', async () => {
    const { url } = await startRelay()
    const bob = await connect(url, 'bob')
    const socket = openSocket(url, claim('mallory'))
    socket.io.engine.on('open', () => {
      for (let i = 0; i < 20; i += 1) socket.io.engine.write(`0${JSON.stringify(claim(`mallory ${i}`))}`)
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
    [7],
    [null],
    [['a']],
    [{}],
  ])('with the name %j is refused as invalid-name, and told what a name is', async (name) => {
    const { url } = await startRelay()
    expect(await refusalOf(url, { ...claim('x'), name })).toEqual({
      code: 'invalid-name',
      problem: expect.stringMatching(/1 to 64 characters/) as string,
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

  it('never lets its secret out', async () => {
    const lines: string[] = []
    const { url } = await startRelay({ log: (line) => lines.push(line) })
    const alice = await connect(url, 'alice')
    const bob = await connect(url, 'bob')
    await expectOnlyMessage(alice, bob)
    const stranger = claim('alice')
    const refusal = await refusalOf(url, stranger)
    const everything = JSON.stringify([alice.seen, bob.seen, lines, refusal])
    expect(lines).toContain('refused a connection: name-taken')
    for (const { secret } of [alice.claim, bob.claim, stranger]) expect(everything).not.toContain(secret)
  })
})

describe('the register of names', () => {
  it('keeps a name until the last connection with its secret gave it back', () => {
    const names = createNames<string>()
    const alice = claim('alice')
    expect(names.claim(alice, 'old')).toBe(true)
    expect(names.claim(alice, 'new')).toBe(true)
    expect(names.earlier('alice', 'new')).toEqual(['old'])
    expect(names.earlier('alice', 'old')).toEqual([])
    names.release('ALICE', 'new')
    expect(names.claim(claim('alice'), 'stranger')).toBe(false)
    names.release('alice', 'stranger')
    expect(names.claim(claim('alice'), 'stranger')).toBe(false)
    names.release('alice', 'old')
    expect(names.claim(claim('alice'), 'stranger')).toBe(true)
  })

  it('takes names that hold special words for what they are', () => {
    const names = createNames<string>()
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(names.earlier(name, 'x')).toEqual([])
      expect(names.claim(claim(name), name)).toBe(true)
      expect(names.claim(claim(name), 'other')).toBe(false)
    }
  })

  it.each([
    ['straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['a\u00a0b', 'A B'],
  ])('knows %s and %s for the same', (one, other) => {
    expect(nameKey(one)).toBe(nameKey(other))
  })

  it('tells different names apart', () => {
    expect(nameKey('ab')).not.toBe(nameKey('a b'))
    expect(nameKey('alice1')).not.toBe(nameKey('alice2'))
  })
})
