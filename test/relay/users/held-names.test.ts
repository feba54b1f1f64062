import { describe, expect, it } from 'vitest'
import { claimableNameProblem } from '../../../server/users/claimable-name.ts'
import { looksOf } from '../../../server/users/look-alikes.ts'
import { createHeldNames, MAX_PARTIES } from '../../../server/users/held-names.ts'
import { nameKey, parse, UserName } from '../../../src/core/protocol/index.ts'
import { randomId } from '../support/relay-fixture.ts'

const claim = (name: string) => ({ name, party: randomId(), secret: randomId() })

describe('the register of names', () => {
  const taken = { ok: false, code: 'name-taken' }

  it('keeps a name until the last connection with its secret released it', () => {
    const names = createHeldNames<string>()
    const alice = claim('alice')
    const self = { user: 'alice', party: alice.party }
    expect(names.claim(alice, 'old')).toEqual({ ok: true, self })
    expect(names.claim(alice, 'new')).toEqual({ ok: true, self })
    expect(names.release({ ...self, user: 'ALICE' }, 'new')).toBe(false)
    expect(names.claim(claim('alice'), 'stranger')).toEqual(taken)
    expect(names.release(self, 'stranger')).toBe(false)
    expect(names.claim(claim('alice'), 'stranger')).toEqual(taken)
    expect(names.release(self, 'old')).toBe(true)
    expect(names.claim(claim('alice'), 'stranger').ok).toBe(true)
  })

  it('lists the connections of one party, in order', () => {
    const names = createHeldNames<string>()
    const phone = claim('alice')
    const laptop = { ...claim('alice'), secret: phone.secret }
    const of = ({ party }: typeof phone) => ({ user: 'alice', party })
    for (const id of ['a', 'b', 'c']) names.claim(phone, id)
    names.claim(laptop, 'd')
    names.claim(phone, 'e')
    expect(names.earlier(of(phone), 'e')).toEqual(['a', 'b', 'c'])
    expect(names.earlier(of(phone), 'b')).toEqual(['a'])
    expect(names.earlier(of(phone), 'a')).toEqual([])
    expect(names.earlier(of(laptop), 'd')).toEqual([])
    expect(names.earlier(of(phone), 'nobody')).toEqual([])
    names.release(of(phone), 'b')
    expect(names.earlier(of(phone), 'e')).toEqual(['a', 'c'])
    expect(names.holders('ALICE')).toEqual(['a', 'c', 'd', 'e'])
    expect(names.holders('alice', laptop.party)).toEqual(['d'])
    expect(names.holders('bob')).toEqual([])
  })

  it('accepts a bounded number of parties of a name, however often each connects', () => {
    const names = createHeldNames<string>()
    const first = claim('alice')
    const another = () => ({ ...first, party: randomId() })
    for (let i = 0; i < 100; i += 1) expect(names.claim(first, `first ${i}`).ok).toBe(true)
    for (let i = 1; i < MAX_PARTIES; i += 1) expect(names.claim(another(), `other ${i}`).ok).toBe(true)
    const tooMany = { ok: false, code: 'too-many-parties' }
    expect(names.claim(another(), 'one more')).toEqual(tooMany)
    expect(names.claim(first, 'again').ok).toBe(true)
    // A stranger does not learn how many parties there are.
    expect(names.claim(claim('alice'), 'stranger')).toEqual(taken)
    names.release({ user: 'alice', party: first.party }, 'one more')
    expect(names.claim(another(), 'one more')).toEqual(tooMany)
    names.release({ user: 'alice', party: first.party }, 'other 1')
    expect(names.claim(another(), 'one more').ok).toBe(true)
  })

  it('treats names like __proto__ as ordinary names', () => {
    const names = createHeldNames<string>()
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const mine = claim(name)
      expect(names.earlier({ user: name, party: mine.party }, 'x')).toEqual([])
      expect(names.claim(mine, name).ok).toBe(true)
      expect(names.claim(claim(name), 'other')).toEqual(taken)
    }
  })

  it.each([
    ['straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['a\u00a0b', 'A B'],
    ['alice', 'alice\ufe0f'],
    ['alice', 'al\u034fice'],
    ['alice', 'al\u115fice'],
    ['alice', '\u3164alice'],
    ['alice', 'alice \u{e0100}'],
    ['alice', 'alice\u2800'],
    ['ab', 'a\u200db'],
    ['a b', 'a \u034f b'],
    ['\u{1f468}\u200d\u{1f469}', '\u{1f468}\u{1f469}'],
  ])('treats %s and %s as the same', (one, other) => {
    expect(nameKey(one)).toBe(nameKey(other))
  })

  it('distinguishes different names', () => {
    expect(nameKey('ab')).not.toBe(nameKey('a b'))
    expect(nameKey('alice1')).not.toBe(nameKey('alice2'))
    // They still exclude each other: see below.
    expect(nameKey('alice')).not.toBe(nameKey('\u0430lice'))
  })

  const excludes = (one: string, other: string) => {
    const names = createHeldNames<string>()
    names.claim(claim(one), 'one')
    return !names.claim(claim(other), 'other').ok
  }

  it.each([
    ['alice', 'aIice'],
    ['alice', 'a1ice'],
    ['alice', 'a|ice'],
    ['Alice', 'aIice'],
    ['ALICE', 'ALlCE'],
    ['Bob', 'B0b'],
    ['mike', 'rnike'],
    ['Ian', 'lan'],
    ['user1', 'userl'],
    ['anna-marie', 'anna\u2010marie'],
    ["o'neil", 'o\u2019neil'],
    ['alice', '\u0430l\u0456\u0441\u0435'],
    ['\u0420\u043e\u043c\u0430', 'Po\u043c\u0430'],
    ['ALICE', '\u0391LICE'],
    ['alice', '\u0391LICE'],
    ['ivan', '\u0131van'],
  ])('does not allow %s and %s at once, whichever comes first', (one, other) => {
    expect([excludes(one, other), excludes(other, one)]).toEqual([true, true])
  })

  it.each([
    ['Elia', 'Ella'],
    ['Lila', 'Ilia'],
    ['Ali', 'All'],
    ['Iris', 'Lara'],
    ['Nina', 'Mina'],
    ['Jose', 'Jos\u00e9'],
    ['Muller', 'M\u00fcller'],
    ['user2', 'userz'],
    ['user1', 'user2'],
    ['user 10', 'user 11'],
    ['Li Wei', 'Liwei'],
    ['\u5f20\u4f1f', '\u5f20\u7ef4'],
    ['\u0418\u0432\u0430\u043d', '\u0418\u0432\u0430\u043d\u0430'],
    ['\u0645\u062d\u0645\u062f', '\u0623\u062d\u0645\u062f'],
  ])('allows %s and %s at once', (one, other) => {
    expect([excludes(one, other), excludes(other, one)]).toEqual([false, false])
  })

  it('forgets the looks of released names', () => {
    const names = createHeldNames<string>()
    const [alice, again] = [claim('alice'), claim('aIice')]
    names.claim(alice, 'a')
    names.claim(alice, 'b')
    names.release({ user: 'alice', party: alice.party }, 'a')
    expect(names.claim(again, 'c')).toEqual({ ...taken, alike: true })
    names.release({ user: 'alice', party: alice.party }, 'b')
    expect(names.claim(again, 'c').ok).toBe(true)
    expect(names.claim(alice, 'a')).toEqual({ ...taken, alike: true })
  })

  it('treats every letter, digit and sign as a different name, and refuses blanks', () => {
    const blanks = [0x2800, 0xfffc, 0x1d159, 0x13441, 0x13442]
    const wrong: string[] = []
    for (let code = 0; code < 0x110000; code += 1) {
      const text = String.fromCodePoint(code)
      const shows =
        /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(text) &&
        !/^\p{Default_Ignorable_Code_Point}$/u.test(text) &&
        !blanks.includes(code)
      if ((claimableNameProblem(text) === undefined) !== shows) wrong.push(code.toString(16))
      else if (shows && looksOf(text).some((look) => look === '')) wrong.push(code.toString(16))
    }
    expect(wrong).toEqual([])
  })

  it('finds a key and a look for every name', () => {
    const text = (code: number) => String.fromCodePoint(code)
    const empty = Array.from({ length: 0x110000 }, (_, code) => code).filter(
      (code) => (code < 0xd800 || code > 0xdfff) && nameKey(text(code)) === '',
    )
    expect(empty).toContain(0x3164)
    expect(empty.filter((code) => parse(UserName, text(code)).ok)).toEqual([])
  })
})
