import { concat, of, throwError, VirtualTimeScheduler, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  CallError,
  createCallClient,
  type CallClient,
  type CallEvent,
  type CallErrorCode,
  type PeerPort,
} from '../../src/core/index.ts'
import { record, type TraceEntry } from '../../src/core/trace/index.ts'
import { fakeMedia, replay, virtualId, virtualPeers, virtualRelay } from '../../src/testing/index.ts'

const noWebRtc = new CallError('no-webrtc', 'there is no WebRTC here')

/** Clients in virtual time, by name. An `unable` one has a port that can open no peer connection. */
function world() {
  const scheduler = new VirtualTimeScheduler()
  let ids = 0
  const env = { scheduler, id: () => virtualId(++ids) }
  const relay = virtualRelay(env)
  const peers = virtualPeers(env)
  const client = (user: string, { unable }: { readonly unable: boolean | Observable<CallError> }) => {
    const media = fakeMedia(user, env)
    const unavailable$ = unable === true ? of(noWebRtc) : unable
    const peer: PeerPort = unavailable$ ? { ...peers.port, unavailable$ } : peers.port
    const trace: TraceEntry[] = []
    const made = createCallClient({
      signaling: relay.port({ user, party: env.id() }),
      peer,
      media,
      env,
      pipeline: record((entry) => trace.push(entry)),
    })
    return { client: made, events: eventsOf(made), media, trace }
  }
  const run = () => scheduler.flush()
  return { client, run, peers }
}

function eventsOf({ event$ }: CallClient): CallEvent[] {
  const events: CallEvent[] = []
  event$.subscribe((event) => events.push(event))
  return events
}

const errorsOf = (events: readonly CallEvent[]): CallErrorCode[] =>
  events.flatMap((event) => (event.type === 'error' ? [event.error.code] : []))
const endOf = (events: readonly CallEvent[]) =>
  events.flatMap((event) => (event.type === 'ended' ? [`${event.reason} by ${event.by}`] : []))
const sentBy = (events: readonly CallEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'send' ? [event.message.type] : []))

const reasonOf = ({ snapshot$ }: CallClient): CallErrorCode | undefined => snapshot$.value.unavailable?.code

describe('a client whose port can open no peer connection', () => {
  it('reports it from the start, unlike one that can', () => {
    const { client, run } = world()
    const [alice, bob] = [client('alice', { unable: true }), client('bob', { unable: false })]
    expect(reasonOf(alice.client)).toBe('no-webrtc')
    expect(reasonOf(bob.client)).toBeUndefined()
    run()
    expect(reasonOf(alice.client)).toBe('no-webrtc')
  })

  it('refuses to call before a device is opened', () => {
    const { client, run } = world()
    const alice = client('alice', { unable: true })
    client('bob', { unable: false })
    run()
    alice.client.call('bob')
    run()
    expect(errorsOf(alice.events)).toEqual(['no-webrtc'])
    expect(alice.events.some(({ type }) => type === 'outgoing')).toBe(false)
    expect(sentBy(alice.events)).toEqual([])
    expect(alice.media.captured).toEqual([])
  })

  it('refuses a call that was requested at once, too', () => {
    const { client, run } = world()
    const alice = client('alice', { unable: true })
    alice.client.call('bob')
    run()
    expect(errorsOf(alice.events)).toEqual(['no-webrtc'])
  })

  it('does not ring, answers gone, and reports the call to its user', () => {
    const { client, run, peers } = world()
    const [alice, bob] = [client('alice', { unable: false }), client('bob', { unable: true })]
    alice.client.call('bob')
    run()
    expect(bob.events.some(({ type }) => type === 'incoming')).toBe(false)
    expect(sentBy(bob.events)).toEqual(['gone'])
    expect(errorsOf(bob.events)).toEqual(['no-webrtc'])
    expect(bob.media.captured).toEqual([])
    expect(endOf(alice.events)).toEqual(['unreachable by remote'])
    expect(alice.media.liveTracks()).toBe(0)
    expect(peers.open()).toBe(0)
  })

  it('lets another device of the same user take the call', () => {
    const { client, run } = world()
    const alice = client('alice', { unable: false })
    client('bob', { unable: true })
    const phone = client('bob', { unable: false })
    phone.client.state$.subscribe(({ phase }) => {
      if (phase === 'ringing') phone.client.accept()
      if (phase === 'connected') phone.client.hangUp()
    })
    alice.client.call('bob')
    run()
    expect(endOf(phone.events)).toEqual(['hung-up by local'])
    expect(endOf(alice.events)).toEqual(['hung-up by remote'])
  })

  it('replays as it was recorded', () => {
    const { client, run } = world()
    const [alice, bob] = [client('alice', { unable: true }), client('bob', { unable: false })]
    alice.client.call('bob')
    bob.client.call('alice')
    run()
    const { divergence, entries } = replay(alice.trace)
    expect(divergence).toBeUndefined()
    expect(entries.filter(({ type }) => type === 'peers-unavailable')).toHaveLength(1)
  })

  it('reports the reason once, and survives a port that breaks its contract', () => {
    const { client, run } = world()
    const breaking$ = concat(
      of(noWebRtc, noWebRtc),
      throwError(() => new Error('broken')),
    )
    const alice = client('alice', { unable: breaking$ })
    run()
    expect(reasonOf(alice.client)).toBe('no-webrtc')
    expect(alice.trace.filter(({ type }) => type === 'peers-unavailable')).toHaveLength(1)
  })
})
