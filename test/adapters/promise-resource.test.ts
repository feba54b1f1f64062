import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { take } from 'rxjs'
import { promiseResource } from '../../src/adapters/promise-resource.ts'
import { CallError } from '../../src/core/errors.ts'

interface Deferred {
  readonly promise: Promise<string>
  readonly resolve: (value: string) => void
  readonly reject: (thrown: unknown) => void
}

function deferred(): Deferred {
  let settle: Omit<Deferred, 'promise'> | undefined
  const promise = new Promise<string>((resolve, reject) => (settle = { resolve, reject }))
  if (settle === undefined) throw new Error('a promise runs its executor at once')
  return { promise, ...settle }
}

function setUp() {
  const pending = deferred()
  const acquire = vi.fn((_signal: AbortSignal) => pending.promise)
  const release = vi.fn<(value: string) => void>()
  const seen: unknown[] = []
  const observer = {
    next: (value: string) => seen.push(value),
    error: (error: unknown) => seen.push({ error }),
    complete: () => seen.push('complete'),
  }
  return { pending, acquire, release, seen, observer }
}

it('acquires on subscription, not earlier', () => {
  const { acquire, release, observer } = setUp()
  const resource$ = promiseResource(acquire, release)
  expect(acquire).not.toHaveBeenCalled()
  resource$.subscribe(observer).unsubscribe()
  resource$.subscribe(observer).unsubscribe()
  expect(acquire).toHaveBeenCalledTimes(2)
})

it('emits the value, and releases it once on unsubscription', async () => {
  const { pending, acquire, release, seen, observer } = setUp()
  const subscription = promiseResource(acquire, release).subscribe(observer)
  pending.resolve('lock')
  await eventLoopTurn()
  expect(seen).toEqual(['lock'])
  expect(release).not.toHaveBeenCalled()
  expect(subscription.closed).toBe(false)

  subscription.unsubscribe()
  expect(release.mock.calls).toEqual([['lock']])
})

it('releases a value that comes after unsubscription, without emitting it, and aborts the signal', async () => {
  const { pending, acquire, release, seen, observer } = setUp()
  const subscription = promiseResource(acquire, release).subscribe(observer)
  const signal = acquire.mock.calls[0]?.[0]
  expect(signal?.aborted).toBe(false)
  subscription.unsubscribe()
  expect(signal?.aborted).toBe(true)

  pending.resolve('lock')
  await eventLoopTurn()
  expect(seen).toEqual([])
  expect(release.mock.calls).toEqual([['lock']])
})

it('releases when the subscriber leaves while the value is emitted', async () => {
  const { pending, acquire, release, seen, observer } = setUp()
  promiseResource(acquire, release).pipe(take(1)).subscribe(observer)
  pending.resolve('lock')
  await eventLoopTurn()
  expect(seen).toEqual(['lock', 'complete'])
  expect(release.mock.calls).toEqual([['lock']])
})

it('errors with the result of onError after a rejection, and releases nothing', async () => {
  const { pending, acquire, release, seen, observer } = setUp()
  const onError = (thrown: unknown) => CallError.from(thrown, 'capture-failed', 'no lock')
  promiseResource(acquire, release, onError).subscribe(observer)
  const cause = new Error('jammed')
  pending.reject(cause)
  await eventLoopTurn()
  expect(seen).toEqual([{ error: new CallError('capture-failed', 'no lock: jammed', { cause }) }])
  expect(release).not.toHaveBeenCalled()
})

it('errors with the thrown value without onError, even when acquire itself throws', async () => {
  const { release, seen, observer } = setUp()
  const thrown = new Error('at once')
  promiseResource(() => {
    throw thrown
  }, release).subscribe(observer)
  await eventLoopTurn()
  expect(seen).toEqual([{ error: thrown }])
})

it('ignores a rejection after unsubscription', async () => {
  const { pending, acquire, release, seen, observer } = setUp()
  promiseResource(acquire, release).subscribe(observer).unsubscribe()
  pending.reject(new Error('aborted'))
  await eventLoopTurn()
  expect(seen).toEqual([])
})
