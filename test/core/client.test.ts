import { merge, NEVER, Observable, of, throwError, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallError, createCallClient, type CallClient, type SignalingPort } from '../../src/core/index.ts'
import { fakeMedia, virtualId, virtualPeers, virtualRelay, type FakeMedia } from '../../src/testing/index.ts'
import { mediaPort } from './support/media.ts'

/** Two clients in virtual time. `run` runs everything that is due. */
function world() {
  const scheduler = new VirtualTimeScheduler()
  let ids = 0
  const env = { scheduler, id: () => virtualId(++ids) }
  const relay = virtualRelay(env)
  const peers = virtualPeers(env)
  const media: FakeMedia[] = []
  const client = (user: string, settings = {}) => {
    const signaling = relay.port({ user, party: env.id() })
    const devices = fakeMedia(user, env)
    media.push(devices)
    return createCallClient({ signaling, peer: peers.port, media: devices, env, settings })
  }
  const run = (ms: number) => {
    scheduler.maxFrames = scheduler.now() + ms
    scheduler.schedule(() => undefined, ms)
    scheduler.flush()
  }
  return { client, run, peers, media }
}

/** The values that a stream has emitted so far, and whether it has completed. */
function watch<T>(stream$: Observable<T>) {
  const seen = { values: [] as T[], complete: false }
  stream$.subscribe({
    next: (value) => seen.values.push(value),
    complete: () => {
      seen.complete = true
    },
  })
  return seen
}

const statesOf = ({
  state$,
  connection$,
  roster$,
  localStream$,
  remoteStream$,
  recovery$,
  localMedia$,
  remoteMedia$,
  messages$,
  snapshot$,
}: CallClient) => [
  state$,
  connection$,
  roster$,
  localStream$,
  remoteStream$,
  recovery$,
  localMedia$,
  remoteMedia$,
  messages$,
  snapshot$,
]

function thrownBy(act: () => void): unknown {
  try {
    act()
  } catch (thrown) {
    return thrown
  }
  return undefined
}

function connected() {
  const { client, run, peers, media } = world()
  const alice = client('alice')
  const bob = client('bob')
  run(20)
  alice.call('bob')
  run(30)
  bob.accept()
  run(100)
  return { alice, bob, run, peers, media }
}

describe('createCallClient', () => {
  it('connects at once, before anybody subscribes', () => {
    let subscriptions = 0
    const signaling: SignalingPort = {
      connect: () => {
        subscriptions++
        return NEVER
      },
    }
    createCallClient({ signaling, peer: { open: () => NEVER }, media: mediaPort(() => NEVER) })
    expect(subscriptions).toBe(1)
  })

  it('replays the state to a late subscriber, and then only changes', () => {
    const { alice } = connected()
    const [state, connection, roster, local, remote, recovery] = statesOf(alice).map(
      (stream$) => watch<unknown>(stream$).values,
    )
    expect(state).toMatchObject([{ phase: 'connected', remote: { user: 'bob' } }])
    expect(connection).toMatchObject([{ status: 'online' }])
    expect(roster).toEqual([['bob']])
    expect([local, remote].map((streams) => streams?.length)).toEqual([1, 1])
    expect(recovery).toEqual([null])
  })

  it('passes every action on, and reports the outcome', () => {
    const { alice, bob, run } = connected()
    const own = watch(alice.localMedia$)
    const heard = watch(bob.messages$)
    const states = watch(bob.state$)
    alice.mute('video', true)
    alice.send('hi')
    run(20)
    alice.hangUp()
    run(20)
    expect(own.values).toContainEqual({ audio: 'on', video: 'muted', held: false })
    expect(heard.values.at(-1)).toMatchObject([{ from: 'remote', text: 'hi' }])
    expect(states.values.at(-1)).toMatchObject({ phase: 'ended', reason: 'hung-up', by: 'remote' })
    alice.call('bob', { media: { audio: true, video: false } })
    run(20)
    expect(states.values.at(-1)).toMatchObject({ phase: 'ringing', media: { audio: true, video: false } })
    bob.decline()
    run(20)
    expect(states.values.at(-1)).toMatchObject({ phase: 'ended', reason: 'declined', by: 'local' })
  })

  it('keeps the value of each behavior in step with its stream, during every event and after close', () => {
    const { alice, bob, run } = connected()
    const stale: string[] = []
    alice.event$.subscribe(({ type }) => {
      for (const behavior$ of statesOf(alice)) {
        const [latest] = watch<unknown>(behavior$).values
        if (behavior$.value !== latest) stale.push(type)
      }
      if (alice.snapshot$.value.call !== alice.state$.value) stale.push(type)
    })
    alice.send('hi')
    bob.hold(true)
    run(50)
    expect(alice.remoteMedia$.value).toMatchObject({ held: true })
    alice.close()
    expect(alice.state$.value).toMatchObject({ phase: 'ended', reason: 'hung-up' })
    expect(alice.connection$.value).toEqual({ status: 'closed' })
    expect(stale).toEqual([])
  })

  it('emits at most 12 snapshots in a call, none of an ended call that still has a stream', () => {
    const { client, run } = world()
    const [alice, bob] = [client('alice'), client('bob')]
    run(20)
    const [ours, theirs] = [watch(alice.snapshot$), watch(bob.snapshot$)]
    alice.call('bob')
    run(30)
    bob.accept()
    run(100)
    alice.hangUp()
    run(100)
    for (const { values } of [ours, theirs]) {
      const [before, ...emitted] = values
      expect(before?.call.phase).toBe('idle')
      expect(emitted.at(-1)).toMatchObject({
        call: { phase: 'ended' },
        localStream: null,
        remoteStream: null,
      })
      expect(emitted.filter(({ call, localStream }) => call.phase === 'ended' && localStream)).toEqual([])
      expect(emitted.length).toBeLessThanOrEqual(12)
    }
  })

  it('returns the id of a text, which shows its delivery in messages$', () => {
    const { alice, bob, run } = connected()
    const ids = [alice.send('one'), alice.send('two')]
    const delivery = () => alice.messages$.value.map((message) => [message.id, message.delivery])
    expect(delivery()).toEqual(ids.map((id) => [id, 'sending']))
    run(50)
    expect(delivery()).toEqual(ids.map((id) => [id, 'delivered']))
    expect(bob.messages$.value.map(({ id, from, text }) => [id, from, text])).toEqual([
      ['remote-1', 'remote', 'one'],
      ['remote-2', 'remote', 'two'],
    ])
    const late = alice.send('three')
    alice.hangUp()
    expect(delivery().at(-1)).toEqual([late, 'failed'])
  })

  it('dispatches plain actions', () => {
    const { alice, bob, run } = connected()
    alice.dispatch({ type: 'send', id: 'mine', text: 'hi' })
    run(50)
    expect(alice.messages$.value).toMatchObject([{ id: 'mine', delivery: 'delivered' }])
    alice.dispatch({ type: 'close' })
    run(50)
    expect(bob.state$.value).toMatchObject({ phase: 'ended', by: 'remote' })
    expect(thrownBy(() => alice.dispatch({ type: 'hang-up' }))).toMatchObject({ code: 'closed' })
  })

  it('captures the media that accept requests', () => {
    const { client, run } = world()
    const alice = client('alice')
    const bob = client('bob')
    const local = watch(bob.localStream$)
    run(20)
    alice.call('bob')
    run(30)
    bob.accept({ media: { audio: true, video: false } })
    run(30)
    expect(
      local.values
        .at(-1)
        ?.getTracks()
        .map(({ kind }) => kind),
    ).toEqual(['audio'])
  })

  it('hangs up and completes every stream on close, which may be called twice', () => {
    const { alice, bob, run, peers } = connected()
    const streams = [...statesOf(alice), alice.error$, alice.event$].map((each$) => watch<unknown>(each$))
    const state = watch(alice.state$)
    alice.close()
    alice.close()
    expect(streams.map(({ complete }) => complete)).toEqual(streams.map(() => true))
    expect(state.values.at(-1)).toMatchObject({ phase: 'ended', reason: 'hung-up', by: 'local' })
    run(50)
    expect(watch(bob.state$).values).toMatchObject([{ phase: 'ended', reason: 'hung-up', by: 'remote' }])
    expect(peers.open()).toBe(0)
  })

  it('replays its last state after close, which is closed', () => {
    const { alice } = connected()
    const before = watch(alice.connection$)
    alice.close()
    expect(before.values.map(({ status }) => status)).toEqual(['online', 'closed'])
    expect(watch(alice.connection$)).toEqual({ values: [{ status: 'closed' }], complete: true })
    expect(watch(alice.roster$)).toEqual({ values: [[]], complete: true })
    expect(watch(alice.state$)).toMatchObject({ values: [{ phase: 'ended' }], complete: true })
    for (const each$ of statesOf(alice))
      expect(watch<unknown>(each$)).toMatchObject({ values: { length: 1 }, complete: true })
  })

  it('can be closed before it was ever online', () => {
    const { client, run } = world()
    const alice = client('alice')
    const connection = watch(alice.connection$)
    alice.close()
    run(50)
    expect(connection).toEqual({
      values: [{ status: 'connecting', user: 'alice' }, { status: 'closed' }],
      complete: true,
    })
  })

  it.each<[string, (client: CallClient) => void]>([
    ['call', (client) => client.call('bob')],
    ['accept', (client) => client.accept()],
    ['decline', (client) => client.decline()],
    ['hang-up', (client) => client.hangUp()],
    ['mute', (client) => client.mute('audio', true)],
    ['media', (client) => client.media({ video: false })],
    ['hold', (client) => client.hold(true)],
    ['send', (client) => client.send('hi')],
  ])('throws on %s after close, and opens nothing', (name, act) => {
    const { client, run, media } = world()
    const alice = client('alice')
    run(20)
    alice.close()
    const thrown = thrownBy(() => act(alice))
    expect(CallError.is(thrown)).toBe(true)
    expect(thrown).toMatchObject({
      code: 'closed',
      message: `cannot ${name}: this client is closed; create another one`,
    })
    run(20)
    expect(media.map((devices) => devices.liveTracks())).toEqual([0])
  })

  it('throws after its pipeline has failed, too', () => {
    const broken = new Error('broken')
    const client = createCallClient({
      signaling: { connect: () => NEVER },
      peer: { open: () => NEVER },
      media: mediaPort(() => NEVER),
      pipeline: () => throwError(() => broken),
    })
    let error: unknown
    client.state$.subscribe({ error: (thrown: unknown) => (error = thrown) })
    expect(error).toBe(broken)
    expect(thrownBy(() => client.call('bob'))).toMatchObject({ code: 'closed' })
    client.close()
  })

  it('reports a relay that refuses it, and continues without one', () => {
    const refused = new CallError('name-taken', 'somebody else is alice')
    const signaling: SignalingPort = {
      connect: () =>
        merge(
          of({ type: 'connecting' } as const),
          new Observable<never>((subscriber) => {
            subscriber.error(refused)
          }),
        ),
    }
    const client = createCallClient({
      signaling,
      peer: { open: () => NEVER },
      media: mediaPort(() => NEVER),
    })
    const connection = watch(client.connection$)
    expect(connection.values).toEqual([{ status: 'refused', error: refused }])
    client.close()
    expect(connection.values).toEqual([{ status: 'refused', error: refused }, { status: 'closed' }])
    expect(connection.complete).toBe(true)
  })

  it('changes its media in mid-call, and reports that to the other side', () => {
    const { alice, bob, run, media } = connected()
    const errors = watch(alice.error$)
    const local = watch(alice.localStream$)
    const [ours, theirs] = [watch(alice.localMedia$), watch(bob.remoteMedia$)]
    alice.media({ video: 'screen' })
    run(50)
    alice.mute('audio', true)
    alice.hold(true)
    run(50)
    alice.hold(false)
    alice.media({ audio: false })
    run(50)
    media[0]?.end('video')
    run(50)
    const told = [
      { audio: 'on', video: 'camera', held: false },
      { audio: 'on', video: 'screen', held: false },
      { audio: 'muted', video: 'screen', held: false },
      { audio: 'muted', video: 'screen', held: true },
      { audio: 'muted', video: 'screen', held: false },
      { audio: 'off', video: 'screen', held: false },
      { audio: 'off', video: 'opening', held: false },
      { audio: 'off', video: 'camera', held: false },
    ]
    expect(ours.values).toEqual(told)
    expect(theirs.values).toEqual(told)
    expect(local.values.map((stream) => stream?.getTracks().map(({ kind }) => kind))).toEqual([
      ['audio', 'video'],
      ['audio', 'video'],
      ['video'],
      undefined,
      ['video'],
    ])
    expect(new Set(local.values).size).toBe(5)
    media[0]?.end('video')
    run(50)
    expect(errors.values.map(({ code }) => code)).toEqual(['device-lost'])
    const state = watch(alice.state$)
    expect(state.values).toMatchObject([{ phase: 'connected', media: { audio: false, video: false } }])

    alice.hangUp()
    run(50)
    expect([ours.values.at(-1), theirs.values.at(-1)]).toEqual([null, null])
    expect(media.map((devices) => devices.liveTracks())).toEqual([0, 0])
    alice.media({ video: true })
    alice.hold(true)
    run(1_000)
    expect(errors.values.slice(1).map(({ code, count }) => [code, count])).toEqual([
      ['not-in-call', 1],
      ['not-in-call', 1],
    ])
  })

  it('emits every error on error$, including those that end a call', () => {
    const { client, run } = world()
    const alice = client('alice')
    const errors = watch(alice.error$)
    run(20)
    alice.hangUp()
    alice.call('nobody')
    run(20)
    expect(errors.values.map(({ code }) => code)).toEqual(['not-in-call', 'unreachable'])
  })

  it('refuses to call itself before a camera opens, online or not', () => {
    const { client, run, media } = world()
    const alice = client('alice')
    const errors = watch(alice.error$)
    const local = watch(alice.localStream$)
    alice.call('Alice')
    run(1_000)
    alice.call('alice')
    run(20)
    expect(errors.values.map(({ code }) => code)).toEqual(['invalid-name', 'invalid-name'])
    expect(watch(alice.state$).values).toEqual([{ phase: 'idle' }])
    expect(local.values).toEqual([null])
    expect(media.map((devices) => devices.liveTracks())).toEqual([0])
  })

  it('takes its times from the settings', () => {
    const { client, run } = world()
    const alice = client('alice', { ringMs: 5_000 })
    client('bob')
    const state = watch(alice.state$)
    run(20)
    alice.call('bob')
    run(4_990)
    expect(state.values.at(-1)?.phase).toBe('calling')
    run(20)
    expect(state.values.at(-1)).toMatchObject({ phase: 'ended', reason: 'no-answer' })
  })
})
