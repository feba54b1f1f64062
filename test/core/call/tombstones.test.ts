import { expect, it } from 'vitest'
import { buryCall, buryInvite, isBuried, type Tombstones } from '../../../src/core/call/tombstones.ts'

const none: Tombstones = []

it('a call that is over is over for everybody', () => {
  const tombstones = buryCall(none, 'a')
  expect(isBuried(tombstones, 'a', 'bob')).toBe(true)
  expect(isBuried(tombstones, 'a', 'carol')).toBe(true)
  expect(isBuried(tombstones, 'b', 'bob')).toBe(false)
})

it('an invite that was not let in is that of its sender alone', () => {
  const tombstones = buryInvite(none, 'a', 'bob')
  expect(isBuried(tombstones, 'a', 'bob')).toBe(true)
  expect(isBuried(tombstones, 'a', 'carol')).toBe(false)
})

it('keeps the newest 256, whatever arrives, and each once', () => {
  let tombstones = none
  for (let n = 0; n < 1_000; n++) tombstones = buryInvite(tombstones, String(n), 'mallory')
  expect(tombstones).toHaveLength(256)
  expect(isBuried(tombstones, '999', 'mallory')).toBe(true)
  expect(isBuried(tombstones, '743', 'mallory')).toBe(false)
  expect(buryInvite(tombstones, '999', 'mallory')).toBe(tombstones)
})
