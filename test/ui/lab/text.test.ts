import { describe, expect, it } from 'vitest'
import type { CallAction } from 'rxcall'
import { actionInWords } from '../../../src/ui/lab/text/action.ts'
import { fateInWords, messageInWords } from '../../../src/ui/lab/text/message.ts'
import { timeInWords } from '../../../src/ui/lab/text/time.ts'

it.each([
  [0, '0 ms'],
  [350.4, '350 ms'],
  [1_240, '1.24 s'],
  [2_000, '2 s'],
  [30_120, '30.1 s'],
  [125_000, '2 min 5 s'],
])('writes %d ms as %s', (ms, words) => {
  expect(timeInWords(ms)).toBe(words)
})

it.each<[CallAction, string]>([
  [{ type: 'call', user: 'bob' }, 'Call bob'],
  [{ type: 'mute', kind: 'audio', muted: true }, 'Mute microphone'],
  [{ type: 'media', change: { video: false } }, 'Turn camera off'],
  [{ type: 'media', change: { video: 'screen' } }, 'Share screen'],
  [{ type: 'hold', held: false }, 'Resume'],
  [{ type: 'send', id: '1', text: 'hi' }, 'Send “hi”'],
])('writes the action %o as %s', (action, words) => {
  expect(actionInWords(action)).toBe(words)
})

describe('a message in words', () => {
  const names = ['alice', 'bob']
  const answer = { from: 1, to: 0, type: 'answer', nth: 1, sentAt: 1_103, arrivesAt: [1_113] } as const

  it('names its sender, and counts those that were sent again', () => {
    expect(messageInWords(answer, names)).toBe('bob’s answer')
    expect(messageInWords({ ...answer, nth: 2 }, names)).toBe('bob’s 2nd answer')
    expect(messageInWords({ ...answer, nth: 12 }, names)).toBe('bob’s 12th answer')
  })

  it('says what happens to it', () => {
    const fate = 'bob’s answer to alice, sent at 1.1 s, arrives at 1.11 s'
    expect(fateInWords(answer, names, undefined)).toBe(fate)
    expect(fateInWords(answer, names, { does: 'delay', ms: 200 })).toBe(`${fate}, delayed by 200 ms`)
    expect(fateInWords({ ...answer, arrivesAt: [] }, names, { does: 'lose' })).toBe(
      'bob’s answer to alice, sent at 1.1 s, never arrives, lost',
    )
  })
})
