import { describe, expect, it } from 'vitest'
import { CallError, type CallEvent, type ClientState } from '../../../src/core/index.ts'
import {
  arrive,
  callId,
  calling,
  connected,
  connecting,
  end,
  ended,
  nothingNew,
  offline,
  online,
  opened,
  peer,
  receive,
  send,
  transmit,
  unlinked,
} from './support/call-events.ts'
import type { PortCrossing } from '../../../src/testing/simulator/rules/rule.ts'
import { watched } from './support/watched.ts'

const hangUp = { type: 'hang-up', body: { reason: 'hung-up' } } as const
const broken = new CallError('connection-failed', 'broken')
const state = (state: RTCPeerConnectionState) => peer(0, { type: 'connection-state', state })
const left: CallEvent = { type: 'connection', connection: { status: 'closed' } }
const over = { ...ended, by: 'remote' } as const

describe('hang-up-is-real', () => {
  function world() {
    const world = watched({ settles: false })
    world.alice.sees(nothingNew, { ...connected, phase: 'reconnecting' }, online)
    return world
  }

  it('accepts a hang-up by message, and by a connection that stays closed', () => {
    const { alice, at, broken } = world()
    alice.does(unlinked(0))
    at(5_000)
    alice.does(end(), over)
    expect(broken()).toBeUndefined()
    const said = world()
    said.alice.sees(unlinked(0))
    said.alice.sees(arrive({ ...hangUp, seq: 1 }))
    said.alice.sees(transmit({ type: 'ack', body: { seq: 1 } }))
    said.alice.sees(receive({ ...hangUp, seq: 1 }))
    said.alice.does(end(), over)
    expect(said.broken()).toBeUndefined()
  })

  it.each<[string, CallEvent[], number]>([
    ['a peer connection that closed counts as hanging up after 4999 ms', [unlinked(0)], 4_999],
    ['ended as hung up, and nobody did', [unlinked(0), opened(1)], 5_000],
    ['ended as hung up, and nobody did', [unlinked(0, broken)], 5_000],
  ])('reports "%s"', (problem, events, ms) => {
    const { alice, at, broken } = world()
    for (const event of events) alice.sees(event)
    at(ms)
    alice.sees(end(), over)
    expect(broken()).toContain(`hang-up-is-real: ${problem}`)
  })
})

describe('flushes-on-close', () => {
  function leaving(
    events: readonly (CallEvent | PortCrossing)[],
    call = ended as ClientState['call'],
    relay = online,
  ) {
    const { alice, broken } = watched()
    alice.sees(nothingNew, connected, relay)
    for (const event of events) alice.sees(event)
    alice.sees(left, call)
    return broken()
  }

  it('accepts a client that closes after it told the other side, or cannot reach it', () => {
    expect(leaving([send(hangUp), transmit({ ...hangUp, seq: 1 })])).toBeUndefined()
    expect(leaving([send(hangUp)], ended, offline)).toBeUndefined()
  })

  it('reports a client that closes in mid-call or without an end message', () => {
    expect(leaving([], connected)).toContain('flushes-on-close: leaves, and its call is open')
    expect(leaving([send(hangUp)])).toContain('flushes-on-close: leaves, and hang-up is not sent')
  })
})

describe('recovers-immediately', () => {
  function world() {
    const world = watched()
    world.alice.sees(nothingNew, connecting, online)
    world.alice.does(opened(0))
    return world
  }
  const recovery = { problem: 'failed', step: 'restart', attempt: 1, until: 1 } as const

  it('accepts a failed connection that is restarted at once or is connected again', () => {
    const { alice, broken } = world()
    alice.does(state('failed'), undefined, { recovery })
    alice.sees(state('failed'), undefined, { recovery: null })
    alice.does(state('connected'))
    expect(broken()).toBeUndefined()
  })

  it.each([null, { ...recovery, step: 'wait' }, { ...recovery, problem: 'disconnected' }] as const)(
    'reports a failed connection while recovery is %j',
    (recovery) => {
      const { alice, broken } = world()
      alice.does(state('failed'), undefined, { recovery })
      expect(broken()).toContain(
        'recovers-immediately: its peer connection failed, and nothing is done about it',
      )
    },
  )

  it('expects a call to survive a broken connection only if it was connected before', () => {
    const up = world()
    up.alice.does(state('connected'))
    up.alice.does(unlinked(0, broken))
    expect(up.broken()).toBeUndefined()
    const never = world()
    never.alice.does(unlinked(0, broken))
    expect(never.broken()).toContain(
      'recovers-immediately: its only peer connection broke, and the call goes on',
    )
  })
})

describe('follows-protocol', () => {
  it.each([
    ['permission-denied', 'media-error'],
    ['no-device', 'cancelled'],
  ] as const)('expects a call that is refused as %s to end as %s', (code, reason) => {
    const { alice, broken } = watched()
    alice.sees(nothingNew, calling)
    alice.sees({ type: 'ended', callId, at: 0, reason, by: 'local', error: new CallError(code, 'no') }, ended)
    expect(broken()).toContain(`follows-protocol: ${code} ended it as ${reason}`)
  })
})

describe('texts-in-order', () => {
  it('reports more unacknowledged texts than the other side buffers', () => {
    const { alice, broken } = watched()
    alice.sees(
      { type: 'outgoing', callId, remote: { user: 'bob' }, media: { audio: true, video: true } },
      calling,
    )
    const sends = (seq: number): CallEvent => ({
      type: 'command',
      callId,
      epoch: 0,
      command: { type: 'send', data: JSON.stringify({ type: 'text', seq, text: 'x' }) },
    })
    alice.sees(opened(0))
    alice.sees(sends(64))
    alice.sees(peer(0, { type: 'data', data: JSON.stringify({ type: 'ack', seq: 1 }) }))
    alice.sees(sends(65))
    expect(broken()).toBeUndefined()
    alice.sees(sends(66))
    expect(broken()).toContain('texts-in-order: text 66 is sent while 1 are acknowledged')
  })
})
