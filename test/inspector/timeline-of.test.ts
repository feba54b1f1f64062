import { describe, expect, it } from 'vitest'
import type { LoggedStep, LogItem } from '../../src/inspect/index.ts'
import { timelineOf } from '../../src/inspector/index.ts'
import { virtualId } from '../../src/testing/index.ts'
import type { TraceEntry } from '../../src/core/trace/index.ts'
import { causesOf, crossing, logOf, marbleAt, plainCall, playedLogs } from './support/logs.ts'

const callId = virtualId(9)
const party = (user: string, n: number) => ({ user, party: virtualId(n) })
const [alice, bob] = [party('alice', 1), party('bob', 2)]
const online = (self: typeof alice, at = 0): LogItem =>
  crossing({ at, type: 'signaling-event', event: { type: 'online', self } })
const step = (number: number, type: string, more: Partial<LoggedStep> = {}): LogItem =>
  ({ type: 'step', at: 10, number, event: { type }, ...more }) as LogItem

const hangUp = { v: 1, callId, seq: 3, type: 'hang-up', body: { reason: 'hung-up' } } as const
const sends = (at: number, seq = 3): LogItem =>
  crossing({ at, type: 'message-sent', message: { ...hangUp, seq, to: bob } })
const gets = (at: number, seq = 3): LogItem =>
  crossing({
    at,
    type: 'signaling-event',
    event: { type: 'message', message: { ...hangUp, seq, to: bob, from: alice, ageMs: 0 } },
  })
const bobGets = (...times: number[]) => logOf([online(bob), ...times.map((at) => gets(at))])

describe('the marbles of one side', () => {
  it('has a lane for each port, and labels as in a text diagram', () => {
    const [aliceLog] = playedLogs()
    const timeline = timelineOf(aliceLog ? [aliceLog] : [])
    const labels = (lane: string) =>
      timeline.marbles.filter((each) => each.lane === lane).map(({ label }) => label)

    expect(timeline.sides).toEqual([{ name: 'alice' }])
    expect(labels('actions')).toEqual(['call bob', 'hang-up', 'unsubscribed'])
    expect(labels('relay out').slice(0, 2)).toEqual(['connect', 'invite'])
    expect(labels('relay in')).toContain('ringing')
    expect(labels('peer out')[0]).toBe('open as offerer')
    expect(labels('peer in')).toContain('connected')
    expect(labels('media')).toEqual(['request', 'captured', 'stop'])
    expect(labels('timers')).toContain('set 1:00 min')
    expect(labels('phase')).toEqual([
      ...['idle', 'calling, capturing', 'calling, inviting', 'calling, ringing'],
      ...['connecting', 'connected', 'ended, hung-up'],
    ])
    expect(timeline.marbles.map(({ id }) => id)).toEqual(timeline.marbles.map((_, index) => index))
    expect(timeline.duration).toBe(timeline.marbles.at(-1)?.at)
  })

  it('is marked as an error if something failed', () => {
    const error = { error: 'no-device', message: 'no camera' } as const
    const ended: TraceEntry = { at: 1, type: 'media-ended', capture: 1, error }
    const { marbles } = timelineOf([
      logOf([crossing({ at: 0, type: 'action', action: { type: 'accept' } }), crossing(ended)]),
    ])
    expect(marbles.map(({ isError }) => isError)).toEqual([undefined, true])
  })

  it('stays in order when the clock was set back', () => {
    const action = { type: 'accept' } as const
    const items = [8, 3, 9].map((at) => crossing({ at, type: 'action', action }))
    expect(timelineOf([logOf(items)]).marbles.map(({ at }) => at)).toEqual([8, 8, 9])
  })

  it('cuts off a label that is too long', () => {
    const call = { type: 'call', user: 'x'.repeat(500) } as const
    const { marbles } = timelineOf([logOf([crossing({ at: 0, type: 'action', action: call })])])
    expect(marbles[0]?.label).toHaveLength(60)
  })
})

describe('the cause of a marble', () => {
  const received: LogItem = crossing({
    at: 10,
    type: 'peer-event',
    peer: 1,
    event: { type: 'connection-state', state: 'connected' },
  })
  const command: LogItem = crossing({ at: 10, type: 'peer-closed', peer: 1 })

  it('is the step that caused it, and its stage is known', () => {
    const timeline = timelineOf([
      logOf([
        received,
        step(1, 'peer'),
        step(2, 'peer-connected', { cause: 1, stage: 'phase' }),
        step(3, 'ended', { cause: 2, stage: 'ending' }),
        step(4, 'command', { cause: 2, stage: 'peerConnections' }),
        command,
      ]),
    ])
    const close = marbleAt(timeline, 0, 'peer out', 'close')
    expect(causesOf(timeline, close)).toEqual(['close', 'peer-connected', 'connected'])
    expect(close.stage).toBe('peerConnections')
    const ended = marbleAt(timeline, 0, 'facts', 'ended')
    expect(causesOf(timeline, ended)).toEqual(['ended', 'peer-connected', 'connected'])
    expect(ended.stage).toBe('ending')
  })

  it('is the input before it, when no step is known', () => {
    const timeline = timelineOf([logOf([received, command, step(7, 'interrupted', { cause: 5 })])])
    expect(causesOf(timeline, marbleAt(timeline, 0, 'peer out', 'close'))).toEqual(['close', 'connected'])
    expect(causesOf(timeline, marbleAt(timeline, 0, 'facts', 'interrupted'))).toEqual([
      'interrupted',
      'connected',
    ])
  })

  it('is what set the timer that fires, and what asked for the media that was captured', () => {
    const timeline = timelineOf([
      logOf([
        received,
        crossing({ at: 10, type: 'timer-set', timer: 4, ms: 1_500 }),
        crossing({ at: 10, type: 'media-requested', capture: 1, request: { audio: true, video: false } }),
        crossing({ at: 30, type: 'media-captured', capture: 1, stream: { stream: 's' } }),
        crossing({ at: 1_510, type: 'timer-ran', timer: 4 }),
      ]),
    ])
    expect(causesOf(timeline, marbleAt(timeline, 0, 'timers', 'fires'))).toEqual([
      ...['fires', 'set 1.5 s', 'connected'],
    ])
    expect(causesOf(timeline, marbleAt(timeline, 0, 'media', 'captured'))).toEqual([
      ...['captured', 'request', 'connected'],
    ])
  })

  it('shows an error or a text once, as the fact', () => {
    const error = { error: 'no-device', message: '' } as const
    const timeline = timelineOf([
      logOf([
        received,
        step(1, 'error', { event: { type: 'error', error }, cause: 0 }),
        crossing({ at: 10, type: 'error', error }),
      ]),
    ])
    expect(timeline.marbles.map(({ label }) => label)).toEqual(['connected', 'no-device'])
  })
})

describe('messages between two sides', () => {
  it('are arrows from each message to its arrival, and its cause', () => {
    const timeline = timelineOf(playedLogs())
    const labels = timeline.arrows.map(({ from, to }) => {
      const [sent, received] = [timeline.marbles[from], timeline.marbles[to]]
      expect(received?.cause).toBe(from)
      expect([sent?.lane, received?.lane]).toEqual(['relay out', 'relay in'])
      expect(received?.label).toBe(sent?.label)
      expect((received?.at ?? 0) - (sent?.at ?? 0)).toBe(10)
      return `${sent?.side}→${received?.side} ${sent?.label}`
    })
    expect(labels).toEqual(expect.arrayContaining(['0→1 invite', '1→0 accept', '0→1 hang-up', '1→0 ack']))
    const arrived = timeline.marbles.filter(
      ({ detail }) => (detail as { event?: { type: string } }).event?.type === 'message',
    )
    expect(timeline.arrows).toHaveLength(arrived.length)
    expect(timeline.sides).toEqual([{ name: 'alice' }, { name: 'bob' }])
  })

  it('lead to each device that received one, under unique names', () => {
    const roles = { ...plainCall, carol: { does: {} } }
    const [aliceLog, bobLog] = playedLogs(roles)
    if (!aliceLog || !bobLog) throw new Error('nobody played')
    const timeline = timelineOf([aliceLog, bobLog, bobLog])
    expect(timeline.sides.map(({ name }) => name)).toEqual(['alice', 'bob', 'bob/2'])
    const invite = marbleAt(timeline, 0, 'relay out', 'invite')
    const reached = timeline.arrows
      .filter(({ from }) => from === invite.id)
      .map(({ to }) => timeline.marbles[to]?.side)
    expect(reached).toEqual([1, 2])
  })

  it('may arrive twice, or never', () => {
    const sender = logOf([online(alice), sends(10, 1), sends(20, 3)])
    const { arrows, marbles } = timelineOf([sender, bobGets(25, 40)])
    expect(arrows.map(({ from, to }) => [marbles[from]?.at, marbles[to]?.at])).toEqual([
      [20, 25],
      [20, 40],
    ])
  })

  it('are paired in order when they were sent again', () => {
    const sender = logOf([online(alice), sends(10), sends(1_010)])
    const { arrows, marbles } = timelineOf([sender, bobGets(15, 1_015, 1_020)])
    expect(arrows.map(({ from, to }) => [marbles[from]?.at, marbles[to]?.at])).toEqual([
      [10, 15],
      [1_010, 1_015],
      [1_010, 1_020],
    ])
  })

  it('come from a client that was online before its recording began', () => {
    const state = { connection: { status: 'online', self: alice } }
    const checkpoint = { at: 0, type: 'checkpoint', state } as unknown as TraceEntry
    expect(timelineOf([logOf([crossing(checkpoint), sends(10)]), bobGets(15)]).arrows).toHaveLength(1)
  })
})

describe('two clocks', () => {
  const sender = logOf([online(alice), sends(10)], 1_000_000)

  it('are lined up by the time at which each log began', () => {
    const receiver = { ...bobGets(7), startedAt: 1_000_005 }
    const { arrows, marbles, duration } = timelineOf([sender, receiver])
    expect(arrows.map(({ from, to }) => [marbles[from]?.at, marbles[to]?.at])).toEqual([[10, 12]])
    expect(duration).toBe(12)
  })

  it('are shifted by the least that lets no message arrive before it was sent', () => {
    const receiver = { ...bobGets(7), startedAt: 400_000 }
    const { arrows, marbles } = timelineOf([sender, receiver])
    expect(arrows.map(({ from, to }) => [marbles[from]?.at, marbles[to]?.at])).toEqual([[10, 10]])
    expect(marbles[0]?.at).toBe(0)
  })
})

it('makes 10,000 marbles in less than a second of CPU time', () => {
  const many = (items: readonly LogItem[]) => Array.from({ length: 20 }, () => items).flat()
  const logs = playedLogs().map((log) => ({ ...log, items: many(many(log.items)).slice(0, 9_000) }))
  const before = process.cpuUsage()
  const { marbles } = timelineOf(logs)
  expect(marbles.length).toBeGreaterThan(10_000)
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000)
})
