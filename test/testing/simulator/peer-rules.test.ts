import { describe, expect, it } from 'vitest'
import { CallError, type CallEvent } from '../../../src/core/index.ts'
import {
  alice as self,
  callId,
  connecting,
  nothingNew,
  online,
  opened,
  peer,
  receive,
  send,
  unlinked,
} from './support/call-events.ts'
import { watched } from './support/watched.ts'

const failed = new CallError('negotiation-failed', 'rejected')
const replacing = (epoch: number): CallEvent => ({
  type: 'command',
  callId,
  epoch: epoch - 1,
  command: { type: 'replace', error: failed },
})
const gaveUp: CallEvent = { type: 'ended', callId, at: 0, reason: 'failed', by: 'local', error: failed }
const over = { ...connecting, phase: 'ended', at: 0, reason: 'failed', by: 'local', error: failed } as const
const asks = (epoch: number) => ({ type: 'renegotiate', body: { replace: true }, epoch }) as const
const up = (epoch: number) => peer(epoch, { type: 'connection-state', state: 'connected' })

function world(role: 'offerer' | 'answerer' = 'offerer') {
  const world = watched()
  world.alice.sees(nothingNew, connecting, online)
  world.alice.sees(opened(0, role))
  return world
}

describe('replaces-broken-peer', () => {
  it('accepts a peer connection that breaks and is replaced three times', () => {
    const { alice, broken } = world()
    for (const epoch of [0, 1, 2]) {
      alice.sees(unlinked(epoch, failed))
      alice.sees(replacing(epoch + 1))
      alice.does(opened(epoch + 1))
    }
    alice.sees(unlinked(3, failed))
    alice.does(gaveUp, over)
    expect(broken()).toBeUndefined()
  })

  it('accepts a peer connection that breaks during its replacement or when another is requested', () => {
    const { alice, broken } = world()
    alice.sees(receive(asks(0)))
    alice.sees(replacing(1))
    alice.sees(unlinked(0, failed))
    alice.sees(receive(asks(0)))
    alice.does(opened(1))
    expect(broken()).toBeUndefined()
    alice.does(unlinked(1, failed))
    expect(broken()).toContain('the peer connection broke, and nothing is done about it')
  })

  it('counts replacements from the last time that one connected', () => {
    const { alice, broken } = world()
    for (const epoch of [0, 1, 2, 3, 4]) {
      alice.sees(up(epoch))
      alice.sees(unlinked(epoch, failed))
      alice.sees(replacing(epoch + 1))
      alice.does(opened(epoch + 1))
    }
    expect(broken()).toBeUndefined()
    alice.sees(gaveUp, over)
    expect(broken()).toContain('gives up after 1 new peer connections')
  })

  it.each([
    ['offerer', (epoch: number) => replacing(epoch + 1), 'a new peer connection is tried 13 times'],
    ['answerer', (epoch: number) => send(asks(epoch)), 'a new peer connection is asked for 13 times'],
  ] as const)('reports an %s that replaces too often', (role, tries, problem) => {
    const { alice, broken } = world(role)
    for (let epoch = 0; epoch < 12; epoch++) alice.sees(tries(epoch))
    expect(broken()).toBeUndefined()
    alice.sees(tries(12))
    expect(broken()).toContain(problem)
  })

  it.each([
    ['offerer', replacing(1), 'the peer connection 0 is replaced twice'],
    ['answerer', send(asks(0)), 'a replacement is requested twice for 0'],
  ] as const)('reports an %s that replaces the same peer connection twice', (role, tries, problem) => {
    const { alice, broken } = world(role)
    alice.sees(tries)
    alice.sees(unlinked(0, failed))
    expect(broken()).toBeUndefined()
    alice.sees(tries)
    expect(broken()).toContain(problem)
  })

  it('expects no second request when a peer connection breaks after one was requested', () => {
    const { alice, broken } = world('answerer')
    alice.sees(send(asks(0)))
    alice.does(unlinked(0, failed))
    expect(String(broken())).not.toContain('the peer connection broke, and nothing is done about it')
  })

  it.each<[string, 'offerer' | 'answerer', CallEvent]>([
    ['the peer connection broke, and nothing', 'offerer', unlinked(0, failed)],
    ['the peer connection broke, and nothing', 'answerer', unlinked(0, failed)],
    ['the other side asked for a new peer connection, and nothing', 'offerer', receive(asks(0))],
    [
      'an offer of a new peer connection came, and nothing',
      'answerer',
      receive({ type: 'offer', body: { sdp: 'x' }, epoch: 1 }),
    ],
    ['epoch 0 begins after 0', 'offerer', opened(0)],
    [
      'offer of epoch 0 is sent as one of 1',
      'offerer',
      send({ type: 'offer', body: { sdp: 'x' }, epoch: 1 }),
    ],
  ])('reports "%s" for the %s', (problem, role, event) => {
    const { alice, broken } = world(role)
    alice.does(event)
    expect(broken()).toContain('replaces-broken-peer')
    expect(broken()).toContain(problem)
  })

  it('reports a description that is applied to another epoch than it was received for', () => {
    const command: CallEvent = {
      type: 'command',
      callId,
      epoch: 1,
      command: { type: 'description', description: { type: 'answer', sdp: 'x' } },
    }
    const wrong = world()
    wrong.alice.sees(receive({ type: 'answer', body: { sdp: 'x' } }))
    wrong.alice.sees(command)
    expect(wrong.broken()).toContain('a description of epoch 0 is given to that of 1')
    const right = world()
    right.alice.sees(receive({ type: 'answer', body: { sdp: 'x' }, epoch: 1 }))
    right.alice.sees(command)
    expect(right.broken()).toBeUndefined()
  })

  it('reports an offer that is unanswered too long while online', () => {
    const { alice, at, broken } = world()
    alice.does(peer(0, { type: 'signaling-state', state: 'have-local-offer' }))
    at(9_000)
    alice.does(nothingNew, connecting, { connection: { status: 'connecting' } })
    alice.does(nothingNew, connecting, { connection: { status: 'online', self } })
    at(19_000)
    alice.rests()
    expect(broken()).toBeUndefined()
    at(19_001)
    alice.rests()
    expect(broken()).toContain('an offer waits for more than 10000 ms')
  })
})
