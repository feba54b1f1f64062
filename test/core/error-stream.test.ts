import { describe, expect, it } from 'vitest'
import { errorStream } from '../../src/core/error-stream.ts'
import { CallError, type CallEvent } from '../../src/core/index.ts'
import { marbleTest } from './support/marble-test.ts'
import { outgoing } from './support/messages.ts'
import { callId } from './support/parties.ts'

const error = (message: string, code: 'text-too-long' | 'not-in-call' = 'text-too-long') =>
  new CallError(code, message)
const happens = (each: CallError): CallEvent => ({ type: 'error', error: each })
const [first, second, third, other] = [error('1'), error('2'), error('3'), error('4', 'not-in-call')]
const events = { a: happens(first), b: happens(second), c: happens(third), o: happens(other) }

describe('errorStream', () => {
  it(
    'emits the first error of a code at once, and the latest of those that follow within a second',
    marbleTest(({ hot, env, expectObservable, expectReleased }) => {
      const event$ = hot<CallEvent>('-ab-c 995ms -- a 1s -', events)
      const expected = '             -a--- 995ms -x - 998ms y'
      expectObservable(errorStream(event$, env.scheduler), '3s !').toBe(expected, {
        a: first,
        x: third.with({ count: 2 }),
        y: first,
      })
      expectReleased(event$).by('3s !')
    }),
  )

  it(
    'holds no error back because of another code',
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot<CallEvent>('-a-o-', events)
      expectObservable(errorStream(event$, env.scheduler), '-----!').toBe('-a-o-', { a: first, o: other })
    }),
  )

  it(
    'emits what it holds back when the client closes, and completes at once',
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot<CallEvent>('-ab-c-|', events)
      expectObservable(errorStream(event$, env.scheduler)).toBe('-a----(x|)', {
        a: first,
        x: third.with({ count: 2 }),
      })
    }),
  )

  it(
    'names the call of a message that the relay refused, and leaves out what is not an error',
    marbleTest(({ hot, env, expectObservable }) => {
      const refused = (type: 'accept' | 'invite' | 'hang-up', reason: CallError): CallEvent => ({
        type: 'refused',
        message:
          type === 'accept'
            ? outgoing('accept', {})
            : type === 'invite'
              ? outgoing('invite', { media: { audio: true, video: true } })
              : outgoing('hang-up', { reason: 'hung-up' }),
        error: reason,
      })
      const full = new CallError('relay-refused', 'no room')
      const event$ = hot<CallEvent>('-r-i-u-', {
        r: refused('accept', full),
        i: refused('invite', full),
        u: refused('hang-up', new CallError('unreachable', 'nobody there')),
      })
      expectObservable(errorStream(event$, env.scheduler), '-------!').toBe('-r-----', {
        r: full.with({ callId }),
      })
    }),
  )
})

describe('CallError.with', () => {
  it('copies everything else, the stack of the first and its cause included', () => {
    const cause = new Error('why')
    const original = new CallError('relay-refused', 'no', { cause, detail: { relayCode: 'relay-full' } })
    const copy = original.with({ callId, count: 3 })
    expect(copy).toMatchObject({
      code: 'relay-refused',
      kind: 'relay',
      message: 'no',
      cause,
      callId,
      count: 3,
    })
    expect(copy.detail).toEqual({ relayCode: 'relay-full' })
    expect(copy.stack).toBe(original.stack)
    expect(CallError.is(copy)).toBe(true)
  })
})
