import { expect, it } from 'vitest'
import {
  addEndedCall,
  addDismissedInvite,
  hasEnded,
  type EndedCalls,
} from '../../../../src/core/call/setup/ended-calls.ts'

const none: EndedCalls = []

it('marks an ended call as over for every sender', () => {
  const endedCalls = addEndedCall(none, 'a')
  expect(hasEnded(endedCalls, 'a', 'bob')).toBe(true)
  expect(hasEnded(endedCalls, 'a', 'carol')).toBe(true)
  expect(hasEnded(endedCalls, 'b', 'bob')).toBe(false)
})

it('marks a dismissed invite as over only for its sender', () => {
  const endedCalls = addDismissedInvite(none, 'a', 'bob')
  expect(hasEnded(endedCalls, 'a', 'bob')).toBe(true)
  expect(hasEnded(endedCalls, 'a', 'carol')).toBe(false)
})

it('remembers the newest 256, each once', () => {
  let endedCalls = none
  for (let n = 0; n < 1_000; n++) endedCalls = addDismissedInvite(endedCalls, String(n), 'mallory')
  expect(endedCalls).toHaveLength(256)
  expect(hasEnded(endedCalls, '999', 'mallory')).toBe(true)
  expect(hasEnded(endedCalls, '743', 'mallory')).toBe(false)
  expect(addDismissedInvite(endedCalls, '999', 'mallory')).toBe(endedCalls)
})
