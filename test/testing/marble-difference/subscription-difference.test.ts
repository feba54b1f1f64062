import { describe, expect, it } from 'vitest'
import { subscriptionDifference } from '../../../src/testing/marble-difference/subscription-difference.ts'

const subscribed = (subscribedFrame: number, unsubscribedFrame = Infinity) => ({
  subscribedFrame,
  unsubscribedFrame,
})
const drawing = (...lines: readonly string[]) => lines.join('\n')

describe('the drawing of subscriptions that differ', () => {
  it('marks one that ends late', () => {
    expect(subscriptionDifference([subscribed(0, 5)], [subscribed(0, 3)])).toBe(
      drawing(
        'the subscriptions differ: number 1 ends at 5 ms, expected at 3 ms',
        'expected 1  ^--!',
        'actual 1    ^----!',
        '               ^',
      ),
    )
  })

  it('marks one that begins early, after others', () => {
    expect(
      subscriptionDifference([subscribed(0, 2), subscribed(3, 40)], [subscribed(0, 2), subscribed(4, 40)]),
    ).toBe(
      drawing(
        'the subscriptions differ: number 2 begins at 3 ms, expected at 4 ms',
        'expected 1  ^-!',
        'actual 1    ^-!',
        'expected 2  ----^ 35ms !',
        'actual 2    ---^- 35ms !',
        '               ^',
      ),
    )
  })

  it.each([
    ['never ends, expected at 3 ms', [subscribed(0)], [subscribed(0, 3)]],
    ['ends at 3 ms, expected never', [subscribed(0, 3)], [subscribed(0)]],
    ['never begins, expected at 7 ms', [], [subscribed(7, 8)]],
    ['begins at 7 ms, expected never', [subscribed(7, 8)], []],
  ])('says in words that one %s', (words, actual, expected) => {
    expect(subscriptionDifference(actual, expected)).toContain(
      `the subscriptions differ: number 1 ${words}\n`,
    )
  })

  it('draws one that ends as soon as it begins', () => {
    expect(subscriptionDifference([subscribed(1, 1)], [])).toContain('\nactual 1    -(^!)\n')
  })

  it('draws only some of many', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => subscribed(n, n + 1))
    const text = subscriptionDifference(many.with(499, subscribed(499, 501)), many) ?? ''
    expect(text).toContain('number 500 ends at 501 ms, expected at 500 ms')
    expect(text).toMatch(
      /\nexpected 498 .*\n(.*\n)+actual 502 .*\n +\^\ndrawn are subscriptions 498 to 502 of 1000$/,
    )
  })

  it('shows nothing if all are as expected', () => {
    expect(subscriptionDifference([subscribed(1, 2)], [subscribed(1, 2)])).toBeUndefined()
  })
})
