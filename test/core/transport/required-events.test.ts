import { filter, tap, takeUntil, Subject, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { createCallClient, type SignalingEvent, type SignalingPort } from '../../../src/core/index.ts'
import { fakeMedia, virtualId, virtualPeers, virtualRelay } from '../../../src/testing/index.ts'

/** Alice, whose port emits only what `passes`, in a call with bob. `sent` has the types of her messages. */
function callOf(passes: (event: SignalingEvent) => boolean) {
  const scheduler = new VirtualTimeScheduler()
  let ids = 0
  const env = { scheduler, id: () => virtualId(++ids) }
  const [relay, peers] = [virtualRelay(env), virtualPeers(env)]
  const sent: string[] = []
  const end$ = new Subject<void>()
  const party = env.id()
  const port = relay.port({ user: 'alice', party })
  const partial: SignalingPort = {
    connect: (outgoing$) =>
      port.connect(outgoing$.pipe(tap(({ type }) => sent.push(type)))).pipe(filter(passes), takeUntil(end$)),
  }
  const client = (user: string, signaling: SignalingPort) =>
    createCallClient({ signaling, peer: peers.port, media: fakeMedia(user, env), env })
  const alice = client('alice', partial)
  const bob = client('bob', relay.port({ user: 'bob', party: env.id() }))
  const run = (ms: number) => {
    scheduler.maxFrames = scheduler.now() + ms
    scheduler.schedule(() => undefined, ms)
    scheduler.flush()
  }
  run(100)
  alice.call('bob')
  run(100)
  bob.accept()
  run(1_000)
  return { alice, sent, run, cut: (ms: number) => relay.cut(party, ms), complete: () => end$.next() }
}

describe('a signaling port', () => {
  it('needs neither the first connecting nor a roster for a call', () => {
    const { alice } = callOf(({ type }) => type !== 'connecting' && type !== 'roster')
    expect(alice.state$.value.phase).toBe('connected')
    expect(alice.roster$.value).toEqual([])
  })

  it.each([
    ['asks for lost messages after connecting and online', true, ['resume']],
    ['does not ask for lost messages when it leaves out connecting', false, []],
  ])('%s', (_, reportsLoss, asked) => {
    const { alice, sent, run, cut } = callOf(({ type }) => type !== 'connecting' || reportsLoss)
    sent.length = 0
    cut(500)
    run(100)
    expect(alice.connection$.value.status).toBe(reportsLoss ? 'connecting' : 'online')
    run(900)
    expect(sent.filter((type) => type === 'resume')).toEqual(asked)
  })

  it('leaves its client in the last connection state when it completes', () => {
    const { alice, run, complete } = callOf(() => true)
    complete()
    run(1_000)
    expect(alice.connection$.value.status).toBe('online')
    expect(alice.state$.value.phase).toBe('connected')
  })

  it('sends only invites before it is online', () => {
    const { sent } = callOf(({ type }) => type !== 'online')
    expect(new Set(sent)).toEqual(new Set(['invite']))
  })
})
