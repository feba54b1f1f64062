import { VirtualTimeScheduler } from 'rxjs'
import { expect, it } from 'vitest'
import { createOutbox } from '../../src/adapters/socket-io/outbox.ts'
import { applyRosterChange, rosterOf } from '../../src/adapters/socket-io/roster.ts'
import type { OutgoingMessage } from '../../src/core/protocol/index.ts'

const message = (seq: number, ttlMs?: number): OutgoingMessage => ({
  v: 1,
  type: 'ringing',
  callId: 'a'.repeat(32),
  to: { user: 'bob' },
  seq,
  ...(ttlMs === undefined ? {} : { ttlMs }),
  body: {},
})

function setUp(limit = 3) {
  const log: string[] = []
  const scheduler = new VirtualTimeScheduler()
  const wait = (ms: number) => {
    scheduler.schedule(() => undefined, ms)
    scheduler.flush()
  }
  const outbox = createOutbox({
    transmit: ({ seq, ttlMs }) =>
      log.push(ttlMs === undefined ? `sent ${seq}` : `sent ${seq} for ${ttlMs} ms`),
    refuse: ({ seq, ttlMs }, error) => log.push(`refused ${seq} for ${ttlMs} ms: ${error.code}`),
    scheduler,
    limit,
  })
  return { outbox, log, wait }
}

it('passes messages on while online, and buffers them in order while offline', () => {
  const { outbox, log } = setUp()
  outbox.send(message(1))
  outbox.send(message(2))
  expect(log).toEqual([])
  outbox.online()
  outbox.send(message(3))
  outbox.offline()
  outbox.send(message(4))
  expect(log).toEqual(['sent 1', 'sent 2', 'sent 3'])
  outbox.online()
  expect(log).toEqual(['sent 1', 'sent 2', 'sent 3', 'sent 4'])
})

it('refuses the newest when it is full, and accepts again after it was emptied', () => {
  const { outbox, log } = setUp(2)
  for (const seq of [1, 2, 3]) outbox.send(message(seq))
  outbox.online()
  outbox.offline()
  outbox.send(message(4))
  outbox.online()
  expect(log).toEqual(['refused 3 for undefined ms: relay-unreachable', 'sent 1', 'sent 2', 'sent 4'])
})

it('subtracts the wait from the time to live, and refuses expired messages', () => {
  const { outbox, log, wait } = setUp()
  outbox.send(message(1, 1000))
  outbox.send(message(2, 400))
  wait(400)
  outbox.send(message(3, 1000))
  outbox.online()
  outbox.send(message(4, 1000))
  expect(log).toEqual([
    'sent 1 for 600 ms',
    'refused 2 for 400 ms: relay-unreachable',
    'sent 3 for 1000 ms',
    'sent 4 for 1000 ms',
  ])
})

it('keeps the order of messages sent in response to a refusal', () => {
  const sent: (number | undefined)[] = []
  const scheduler = new VirtualTimeScheduler()
  const outbox = createOutbox({
    transmit: ({ seq }) => sent.push(seq),
    refuse: () => outbox.send(message(9)),
    scheduler,
    limit: 3,
  })
  outbox.send(message(1, 0))
  outbox.send(message(2))
  outbox.online()
  expect(sent).toEqual([2, 9])
})

it('assembles the roster from changes, without its own user', () => {
  const after = (...changes: unknown[]) =>
    rosterOf(
      changes.reduce<ReadonlySet<string>>((users, change) => applyRosterChange(users, change), new Set()),
      'me',
    )
  const all = { type: 'all', users: ['zoë', 'me', 'bob', 'Zed'] }
  expect(after(all)).toEqual(['Zed', 'bob', 'zoë'])
  expect(after(all, { type: 'joined', user: 'amy' }, { type: 'joined', user: 'amy' })).toEqual([
    'Zed',
    'amy',
    'bob',
    'zoë',
  ])
  expect(after(all, { type: 'left', user: 'bob' }, { type: 'left', user: 'nobody' })).toEqual(['Zed', 'zoë'])
  expect(after(all, { type: 'all', users: ['eve'] })).toEqual(['eve'])
})

it.each([null, 'all', {}, { type: 'all' }, { type: 'joined', user: 7 }, { type: 'gone', user: 'bob' }])(
  'ignores %j as a change of the roster',
  (change) => {
    const users = new Set(['bob'])
    expect([...applyRosterChange(users, change)]).toEqual(['bob'])
  },
)
