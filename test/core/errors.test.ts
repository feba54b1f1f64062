import { describe, expect, it } from 'vitest'
import { runInNewContext } from 'node:vm'
import { CallError, reasonOf } from '../../src/core/errors.ts'
import { encode, encodeThrown } from '../../src/core/trace/encode.ts'

/** The class of another copy of rxcall: the same module, loaded again. */
async function otherCopy(): Promise<typeof CallError> {
  const again: string = '../../src/core/errors.ts?another-copy'
  const module = (await import(again)) as { readonly CallError: typeof CallError }
  expect(module.CallError).not.toBe(CallError)
  return module.CallError
}

describe('a CallError of another copy of rxcall', () => {
  it('is recognized, and keeps its code when it is passed on', async () => {
    const Other = await otherCopy()
    const theirs = new Other('permission-denied', 'refused')
    expect(theirs).not.toBeInstanceOf(CallError)
    expect(CallError.is(theirs)).toBe(true)
    expect(CallError.from(theirs, 'capture-failed', 'the camera failed')).toBe(theirs)
  })

  it('is recorded with its code', async () => {
    const Other = await otherCopy()
    const theirs = new Other('no-device', 'no camera', { detail: { exception: 'NotFoundError' } })
    const traced = { error: 'no-device', message: 'no camera', detail: { exception: 'NotFoundError' } }
    expect(encodeThrown(theirs)).toEqual({ error: traced })
    expect(encode({ error: theirs })).toEqual({ error: traced })
  })
})

describe('CallError.is', () => {
  it.each([
    ['an Error', new Error('no')],
    ['an Error with a code', Object.assign(new Error('no'), { code: 'no-device' })],
    ['JSON of a stranger', { name: 'CallError', code: 'no-device', message: 'no' }],
    ['nothing', null],
    ['a string', 'CallError'],
  ])('is false for %s', (_what, thrown) => {
    expect(CallError.is(thrown)).toBe(false)
  })
})

describe('CallError.from', () => {
  it('keeps the message of an error of another realm, for which instanceof Error is false', () => {
    const thrown: unknown = runInNewContext('new TypeError("of an iframe")')
    expect(thrown).not.toBeInstanceOf(Error)
    const error = CallError.from(thrown, 'connection-failed', 'the peer connection failed')
    expect(error).toMatchObject({ message: 'the peer connection failed: of an iframe', cause: thrown })
  })

  it.each([[undefined], [null], ['text'], [{ message: 1 }], [new Error('')]])(
    'adds nothing when %s has no message',
    (thrown) => {
      expect(reasonOf(thrown)).toBe('')
    },
  )
})
