import { NEVER, VirtualTimeScheduler } from 'rxjs'
import { expect, it } from 'vitest'
import { CallError } from '../../src/core/index.ts'
import { virtualId, virtualRelay } from '../../src/testing/index.ts'

const alice = { user: 'alice', party: virtualId(1) }

/** What a client of alice sees, and when. */
function watch() {
  const scheduler = new VirtualTimeScheduler()
  const relay = virtualRelay({ scheduler, id: () => '' })
  const seen: string[] = []
  const connect = () =>
    relay
      .port(alice)
      .connect(NEVER)
      .subscribe({
        next: (event) => {
          const why = event.type === 'connecting' && event.error ? ` ${event.error.code}` : ''
          if (event.type !== 'roster') seen.push(`${scheduler.now()} ${event.type}${why}`)
        },
        error: (thrown: unknown) =>
          seen.push(`${scheduler.now()} error ${CallError.from(thrown, 'relay-refused', '').code}`),
      })
  return { scheduler, relay, seen, connect }
}

it('refuses a first claim of a name that somebody else holds', () => {
  const { scheduler, relay, seen, connect } = watch()
  relay.hold('alice', 1_000)
  connect()
  scheduler.flush()
  expect(seen).toEqual(['0 connecting', '5 error name-taken'])
})

it('makes a client that held its name claim it again every 7 s, until it is free', () => {
  const { scheduler, relay, seen, connect } = watch()
  connect()
  scheduler.schedule(() => {
    relay.restart(50)
    relay.hold('alice', 10_000)
  }, 100)
  scheduler.flush()
  expect(seen).toEqual([
    '0 connecting',
    '10 online',
    '100 connecting relay-unreachable',
    '150 connecting name-taken',
    '7150 connecting name-taken',
    '14155 online',
  ])
})
