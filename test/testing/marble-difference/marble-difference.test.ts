import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { marbleDifference } from '../../../src/testing/marble-difference/marble-difference.ts'
import type { Notified } from '../../../src/testing/marble-difference/notified.ts'

const notified = (marbles: string, values?: object, error?: unknown): readonly Notified[] =>
  new TestScheduler(() => undefined).run(() => TestScheduler.parseMarbles(marbles, values, error, true, true))
const next = (frame: number, value: unknown): Notified => ({ frame, notification: { kind: 'N', value } })
const drawing = (...lines: readonly string[]) => lines.join('\n')

describe('the drawing of two streams that differ', () => {
  it('marks a value that is missing', () => {
    expect(marbleDifference(notified('-a---- 24ms c|'), notified('-a--b- 24ms c|'))).toBe(
      drawing(
        'the streams differ at 4 ms: expected b, got nothing',
        'expected  -a--b 25ms c|',
        'actual    -a--- 25ms c|',
        '              ^',
      ),
    )
  })

  it('marks a value that was not expected, and stops a lane at its completion', () => {
    expect(marbleDifference(notified('-a--b-c|'), notified('-a-|'))).toBe(
      drawing(
        'the streams differ at 3 ms: expected completion, got nothing',
        'expected  -a-|',
        'actual    -a--b-c|',
        '             ^',
      ),
    )
    expect(marbleDifference(notified('-a'), [])).toContain('expected nothing, got a')
  })

  it('marks a value that is late', () => {
    expect(marbleDifference(notified('-----a'), notified('--a'))).toBe(
      drawing(
        'the streams differ at 2 ms: expected a, got nothing',
        'expected  --a---',
        'actual    -----a',
        '            ^',
      ),
    )
  })

  it('shows nothing if every notification is as expected', () => {
    const values = { a: { list: [1, new Map([['k', new Date(1)]])] } }
    expect(
      marbleDifference(notified('-a|', values), notified('-a|', structuredClone(values))),
    ).toBeUndefined()
  })

  it('gives equal values the same letter, and lists the values below', () => {
    const actual = notified('-a-b', { a: { n: 1 }, b: { n: 3 } })
    const expected = notified('-x-y', { x: { n: 1 }, y: { n: 2 } })
    expect(marbleDifference(actual, expected)).toBe(
      drawing(
        'the streams differ at 3 ms: expected b, got c',
        'expected  -a-b',
        'actual    -a-c',
        '             ^',
        'a = { n: 1 }',
        'b = { n: 2 }',
        'c = { n: 3 }',
      ),
    )
  })

  it('uses the letters of the test, and no other value gets one of them', () => {
    const named = { a: { n: 1 }, b: { n: 2 } }
    expect(marbleDifference(notified('-y', { y: { n: 3 } }), notified('--b', named), { named })).toBe(
      drawing(
        'the streams differ at 1 ms: expected nothing, got c',
        'expected  --b',
        'actual    -c-',
        '           ^',
        'b = { n: 2 }',
        'c = { n: 3 }',
      ),
    )
  })

  it('groups what happens in one millisecond, and marks the difference inside', () => {
    expect(marbleDifference(notified('-(ac)-d|'), notified('-(ab)-d|'))).toBe(
      drawing(
        'the streams differ at 1 ms: expected (ab), got (ac)',
        'expected  -(ab)-d|',
        'actual    -(ac)-d|',
        '             ^',
      ),
    )
  })

  it('keeps the lanes aligned when something follows a group at once', () => {
    const expected = [next(1, 'a'), next(1, 'b'), next(2, 'c')]
    expect(marbleDifference([next(1, 'a'), next(2, 'c')], expected)).toBe(
      drawing(
        'the streams differ at 1 ms: expected (ab), got a',
        'expected  -(ab)c',
        'actual    -a   c',
        '           ^',
      ),
    )
  })

  it('names the errors', () => {
    const [late, early] = [new Error('late'), Object.assign(new Error('early'), { code: 'too-soon' })]
    expect(marbleDifference(notified('-#', undefined, early), notified('-#', undefined, late))).toBe(
      drawing(
        'the streams differ at 1 ms: expected the error Error: late, got the error Error: early { code: "too-soon" }',
        'expected  -#',
        'actual    -#',
        '           ^',
        '# = Error: late (expected)',
        '# = Error: early { code: "too-soon" } (actual)',
      ),
    )
    expect(marbleDifference(notified('-|'), notified('-#', undefined, late))).toContain(
      'expected the error Error: late, got completion',
    )
    expect(marbleDifference(notified('a#', undefined, late), notified('b#', undefined, late))).toMatch(
      /\n# = Error: late$/,
    )
  })

  it('describes an inner Observable by its notifications', () => {
    const inner = [next(2, 'x'), { frame: 5, notification: { kind: 'C' } }]
    expect(marbleDifference([next(1, inner)], [next(1, inner.slice(0, 1))])).toBe(
      drawing(
        'the streams differ at 1 ms: expected a, got b',
        'expected  -a',
        'actual    -b',
        '           ^',
        'a = a stream of "x" at 2 ms',
        'b = a stream of "x" at 2 ms, completion at 5 ms',
      ),
    )
  })

  it('continues with capitals and digits, and omits values beyond', () => {
    const at = (frame: number) => Array.from({ length: 10 }, (_, n) => next(frame, { n: 10 * frame + n }))
    const expected = Array.from({ length: 8 }, (_, frame) => at(frame)).flat()
    const text = marbleDifference([], expected) ?? ''
    expect(text).toContain(
      '(abcdefghij)(klmnopqrst)(uvwxyzABCD)(EFGHIJKLMN)(OPQRSTUVWX)(YZ01234567)(89????????)',
    )
    expect(text).toContain('9 = { n: 61 }\n? = other values, which are omitted')
  })

  it('shortens long values', () => {
    const text = marbleDifference([], [next(1, { text: 'x'.repeat(500) })]) ?? ''
    expect(text).toContain('a = { text: "xxx')
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(120)
  })

  it('draws only what is around the difference in a stream of 10,000 notifications', () => {
    const stream = Array.from({ length: 10_000 }, (_, n) => next(n, n % 2 === 0 ? 'a' : 'b'))
    expect(marbleDifference(stream.with(5_000, next(5_000, 'x')), stream)).toBe(
      drawing(
        'the streams differ at 5000 ms: expected a, got x',
        `expected  … ${'ab'.repeat(20)}a …`,
        `actual    … ${'ab'.repeat(10)}x${'ba'.repeat(10)} …`,
        '                                ^',
        'drawn from 4980 ms to 5020 ms',
      ),
    )
  })

  it('draws less if the lines would be long', () => {
    const stream = Array.from({ length: 1_000 }, (_, n) => next(100 * n, 'a'))
    const lines = (marbleDifference(stream.toSpliced(500, 1), stream) ?? '').split('\n')
    expect(lines[1]).toMatch(/^expected {2}… a 99ms a .* 99ms a …$/)
    expect(lines[1]?.length).toBeLessThanOrEqual(110)
    expect(lines[1]?.length).toBeGreaterThan(90)
    expect(lines[1]?.[lines[3]?.indexOf('^') ?? 0]).toBe('a')
    expect(lines[2]?.[lines[3]?.indexOf('^') ?? 0]).toBe('-')
  })

  it('draws only a part of 1,000 notifications in one millisecond', () => {
    const stream = Array.from({ length: 1_000 }, () => next(1, 'a'))
    expect(marbleDifference(stream.with(500, next(1, 'b')), stream)).toBe(
      drawing(
        'the streams differ at 1 ms: expected (…aaaaaaaaaaaaaaaaaaaa…), got (…aaaaaaaaaabaaaaaaaaa…)',
        'expected  -(…aaaaaaaaaaaaaaaaaaaa…)',
        'actual    -(…aaaaaaaaaabaaaaaaaaa…)',
        '                       ^',
      ),
    )
  })

  it('draws fractions of a millisecond', () => {
    expect(marbleDifference([next(0.5, 'a'), next(0.75, 'b')], [next(0.5, 'a')])).toBe(
      drawing(
        'the streams differ at 0.75 ms: expected nothing, got b',
        'expected  0.5ms a-',
        'actual    0.5ms ab',
        '                 ^',
      ),
    )
  })

  it('leaves it to isSame whether a notification is as expected', () => {
    const isLoose = (one: Notified, other: Notified) => one.frame === other.frame
    const [actual, expected] = [notified('-a-b-', { a: 1, b: 2 }), notified('-a-b-c', { a: 3, b: 4, c: 5 })]
    expect(marbleDifference(actual, expected, { isSame: isLoose })).toBe(
      drawing(
        'the streams differ at 5 ms: expected c, got nothing',
        'expected  -a-b-c',
        'actual    -a-b--',
        '               ^',
        'a = 3',
        'b = 4',
        'c = 5',
      ),
    )
    const isNever = () => false
    expect(marbleDifference([next(1, 'a')], [next(1, 'a')], { isSame: isNever })).toContain(
      'expected a, got b',
    )
  })
})
