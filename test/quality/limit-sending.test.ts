import { queueScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { SendingLimits } from '../../src/core/index.ts'
import { limitSending } from '../../src/quality/index.ts'
import { marbleTest } from '../core/support/marble-test.ts'
import { fakeClient, type FakeClient } from './support/fake-client.ts'

const low = { maxBitrate: 100_000 }
const lower = { maxBitrate: 50_000, scaleDown: 4 }
const limitsOf = ({ actions }: FakeClient) =>
  actions.flatMap((action) => (action.type === 'limit-sending' ? [action.limits] : []))
const opened = { type: 'peer-opened', callId: 'call-1', epoch: 1, role: 'offerer' } as const

describe('limitSending', () => {
  it(
    'limits at once and over each later peer connection, and lifts the limits when unsubscribed',
    marbleTest(({ env, cold, expectObservable, flush }) => {
      const fake = fakeClient()
      cold('--p-p', { p: opened }).subscribe((event) => fake.emit(event))
      expectObservable(limitSending(fake.client, low, env), '^--!').toBe('')
      flush()
      expect(limitsOf(fake)).toEqual([low, low, {}])
    }),
  )

  it(
    'follows a stream of limits, of which the latest counts',
    marbleTest(({ env, cold, expectObservable, expectReleased, flush }) => {
      const fake = fakeClient()
      const limits$ = cold<SendingLimits>('a--b------', { a: low, b: lower })
      cold('----p', { p: opened }).subscribe((event) => fake.emit(event))
      expectObservable(limitSending(fake.client, limits$, env), '^-----!').toBe('')
      expectReleased(limits$).by('------!')
      flush()
      expect(limitsOf(fake)).toEqual([low, lower, lower, {}])
    }),
  )

  it(
    'completes when the client closes, and does not mind that',
    marbleTest(({ env, cold, expectObservable, flush }) => {
      const fake = fakeClient()
      cold('--c').subscribe(() => fake.close())
      expectObservable(limitSending(fake.client, low, env)).toBe('--|')
      flush()
      expect(limitsOf(fake)).toEqual([low])
    }),
  )

  it.each<[SendingLimits, string]>([
    [{ maxBitrate: 0 }, 'maxBitrate is 0: expected a number of at least 1'],
    [{ maxFramerate: -1 }, 'maxFramerate is -1: expected a number of at least 0.1'],
    [{ scaleDown: 0.5 }, 'scaleDown is 0.5: expected a number of at least 1'],
    [{ maxBitrate: NaN }, 'maxBitrate is NaN: expected a number of at least 1'],
    [{ scaleDown: Infinity }, 'scaleDown is Infinity: expected a number of at least 1'],
  ])('errors for %o', (limits, message) => {
    const fake = fakeClient()
    let error: unknown
    limitSending(fake.client, limits, { scheduler: queueScheduler }).subscribe({
      error: (thrown: unknown) => (error = thrown),
    })
    expect(error).toEqual(new RangeError(message))
    expect(limitsOf(fake)).toEqual([{}])
  })
})
