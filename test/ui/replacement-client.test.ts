import { switchMap, take, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { createCallClient } from '../../src/core/index.ts'
import { fakeMedia, virtualId, virtualPeers, virtualRelay } from '../../src/testing/index.ts'
import { replacementClient } from '../../src/ui/streams/replacement-client.ts'

function world() {
  const scheduler = new VirtualTimeScheduler()
  let ids = 0
  const env = { scheduler, id: () => virtualId(++ids) }
  const relay = virtualRelay(env)
  const peers = virtualPeers(env)
  const closed: string[] = []
  const client = (party: string) => {
    const signaling = relay.port({ user: 'alice', party: env.id() })
    const made = createCallClient({ signaling, peer: peers.port, media: fakeMedia(party, env), env })
    made.connection$.subscribe({ complete: () => closed.push(party) })
    return made
  }
  const run = (ms: number) => {
    scheduler.maxFrames = scheduler.now() + ms
    scheduler.schedule(() => undefined, ms)
    scheduler.flush()
  }
  let made = 0
  const make = () => ({ client: client(`next ${++made}`) })
  return { current: client('current'), make, run, closed, made: () => made }
}

describe('replacementClient', () => {
  it('emits a client once it is online and has the roster, and leaves it open', () => {
    const { current, make, run, closed } = world()
    const taken: string[] = []
    run(20)
    replacementClient(current, make)
      .pipe(switchMap(({ client }) => client.connection$.pipe(take(1))))
      .subscribe({ next: ({ status }) => taken.push(status), complete: () => taken.push('complete') })
    run(5)
    expect(taken).toEqual([])
    run(20)
    expect(taken).toEqual(['online', 'complete'])
    expect(closed).toEqual([])
  })

  it('waits until a call has ended, and closes its client when a call begins meanwhile', () => {
    const { current, make, run, closed, made } = world()
    run(20)
    current.call('bob')
    const taken: unknown[] = []
    replacementClient(current, make).subscribe((next) => taken.push(next))
    run(1)
    expect(made()).toBe(0)

    current.hangUp()
    run(5)
    expect(made()).toBe(1)
    current.call('bob')
    run(1)
    current.hangUp()
    run(50)
    expect(closed).toEqual(['next 1'])
    expect(made()).toBe(2)
    expect(taken).toHaveLength(1)
  })

  it('closes its client on unsubscribing', () => {
    const { current, make, run, closed } = world()
    run(20)
    const wanted = replacementClient(current, make).subscribe()
    run(2)
    wanted.unsubscribe()
    run(50)
    expect(closed).toEqual(['next 1'])
  })

  it('emits nothing after the current client has closed', () => {
    const { current, make, run } = world()
    const seen: string[] = []
    current.close()
    run(50)
    replacementClient(current, make).subscribe({ complete: () => seen.push('complete') })
    run(50)
    expect(seen).toEqual(['complete'])
  })
})
