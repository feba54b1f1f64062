import { expect, it } from 'vitest'
import {
  addEndedCall,
  addDismissedInvite,
  hasEnded,
  type EndedCalls,
} from '../../../../src/core/call/setup/ended-calls.ts'

const none: EndedCalls = []

it('a call that is over is over for everybody', () => {
  const endedCalls = addEndedCall(none, 'a')
  expect(hasEnded(endedCalls, 'a', 'bob')).toBe(true)
  expect(hasEnded(endedCalls, 'a', 'carol')).toBe(true)
  expect(hasEnded(endedCalls, 'b', 'bob')).toBe(false)
})

it('an invite that was not let in is that of its sender alone', () => {
  const endedCalls = addDismissedInvite(none, 'a', 'bob')
  expect(hasEnded(endedCalls, 'a', 'bob')).toBe(true)
  expect(hasEnded(endedCalls, 'a', 'carol')).toBe(false)
})

it('keeps the newest 256, whatever arrives, and each once', () => {
  let endedCalls = none
  for (let n = 0; n < 1_000; n++) endedCalls = addDismissedInvite(endedCalls, String(n), 'mallory')
  expect(endedCalls).toHaveLength(256)
  expect(hasEnded(endedCalls, '999', 'mallory')).toBe(true)
  expect(hasEnded(endedCalls, '743', 'mallory')).toBe(false)
  expect(addDismissedInvite(endedCalls, '999', 'mallory')).toBe(endedCalls)
})
