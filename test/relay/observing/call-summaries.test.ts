import { describe, expect, it } from 'vitest'
import { createCallSummaries, type CallSummary } from '../../../server/observing/call-summaries.ts'
import type { OutgoingMessage, Party } from '../../../src/core/protocol/index.ts'
import { invite } from '../support/relay-fixture.ts'

describe('the summary of a call', () => {
  const alice: Party = { user: 'alice', party: 'a'.repeat(32) }
  const bob: Party = { user: 'bob', party: 'b'.repeat(32) }
  const mallory: Party = { user: 'mallory', party: 'c'.repeat(32) }
  const callId = 'f'.repeat(32)
  type Step = readonly [from: Party, to: Party, type: string, body?: object]

  function summaries(steps: readonly Step[], options: { readonly max?: number } = {}) {
    const all: CallSummary[] = []
    let now = 0
    const log = createCallSummaries((summary) => all.push(summary), { ...options, now: () => now })
    for (const [from, to, type, body = {}] of steps) {
      now += 100
      log.routed(from, { v: 1, type, callId, to: { user: to.user }, body } as OutgoingMessage)
    }
    return all
  }
  const call: Step = [alice, bob, 'invite', { media: { audio: true, video: false } }]
  const base = { call: 'ffffffff', media: { audio: true, video: false } }

  it.each<[string, readonly Step[]]>([
    ['declined', [[bob, alice, 'decline']]],
    ['busy', [[bob, alice, 'busy']]],
    ['unreachable', [[bob, alice, 'gone']]],
    [
      'no-answer',
      [
        [bob, alice, 'ringing'],
        [alice, bob, 'cancel', { reason: 'no-answer' }],
      ],
    ],
    ['cancelled', [[alice, bob, 'cancel', { reason: 'cancelled' }]]],
    [
      'declined',
      [
        [bob, alice, 'ringing'],
        [bob, alice, 'busy'],
        [bob, alice, 'decline'],
      ],
    ],
    ['media-error', [[alice, bob, 'hang-up', { reason: 'media-error' }]]],
  ])('that nobody answered: %s', (outcome, steps) => {
    expect(summaries([call, ...steps])).toEqual([{ ...base, outcome, ringMs: expect.any(Number) as unknown }])
  })

  it.each<[string, readonly Step[]]>([
    ['hung-up', [[bob, alice, 'hang-up', { reason: 'hung-up' }]]],
    ['failed', [[alice, bob, 'hang-up', { reason: 'failed' }]]],
    ['hung-up', [[bob, alice, 'gone']]],
    [
      'hung-up',
      [
        [alice, bob, 'cancel', { reason: 'answered-elsewhere' }],
        [alice, bob, 'hang-up', { reason: 'hung-up' }],
      ],
    ],
  ])('that was answered: %s', (outcome, steps) => {
    expect(summaries([call, [bob, alice, 'ringing'], [bob, alice, 'accept'], ...steps])).toMatchObject([
      { ...base, outcome, ringMs: 200 },
    ])
  })

  it('has the times of ringing and talking', () => {
    const steps: Step[] = [
      call,
      [bob, alice, 'accept'],
      [bob, alice, 'accept'],
      [bob, alice, 'hang-up', { reason: 'hung-up' }],
    ]
    expect(summaries(steps)).toEqual([{ ...base, outcome: 'hung-up', ringMs: 100, talkMs: 200 }])
  })

  it('is made once, and not from messages outside the call', () => {
    const hangUp = { reason: 'hung-up' }
    expect(
      summaries([[mallory, bob, 'hang-up', hangUp], call, call, [mallory, bob, 'hang-up', hangUp]]),
    ).toEqual([])
    expect(summaries([call, [alice, bob, 'hang-up', hangUp], [bob, alice, 'hang-up', hangUp]])).toHaveLength(
      1,
    )
  })

  it('includes messages from other nodes if the call began here', () => {
    const all: CallSummary[] = []
    const log = createCallSummaries((summary) => all.push(summary))
    const here = invite('bob')
    const elsewhere = invite('alice')
    const steps = (of: OutgoingMessage, user: string): OutgoingMessage[] => [
      { ...of, type: 'accept', to: { user }, body: {} },
      { ...of, type: 'hang-up', to: { user }, body: { reason: 'hung-up' } },
    ]
    log.routed(alice, here)
    log.delivered(bob, elsewhere)
    for (const step of steps(here, 'alice')) log.delivered(bob, step)
    for (const step of steps(elsewhere, 'bob')) log.routed(alice, step)
    expect(all).toMatchObject([{ call: here.callId.slice(0, 8), outcome: 'hung-up', talkMs: 0 }])
  })

  it('is unknown for a call that was silent for too long, and for no other', () => {
    const all: CallSummary[] = []
    const [minute, hour] = [60_000, 3_600_000]
    let now = 0
    const log = createCallSummaries((summary) => all.push(summary), { now: () => now })
    const [ringing, talking] = [invite('bob'), invite('bob')]
    log.routed(alice, ringing)
    log.routed(alice, talking)
    now = 5 * minute
    log.routed(bob, { ...talking, type: 'accept', to: { user: 'alice' }, body: {} })
    now = 10 * minute
    log.routed(alice, invite('bob'))
    expect(all).toEqual([])
    now = 12 * hour
    log.routed(alice, { ...talking, type: 'renegotiate', body: {} })
    log.routed(mallory, { ...talking, type: 'renegotiate', body: {} })
    now = 36 * hour
    log.routed(alice, invite('bob'))
    expect(all.splice(0)).toMatchObject([
      { call: ringing.callId.slice(0, 8), outcome: 'unknown', ringMs: 0 },
      { outcome: 'unknown' },
    ])
    now = 37 * hour
    log.routed(alice, invite('bob'))
    expect(all).toMatchObject([
      { call: talking.callId.slice(0, 8), ringMs: 5 * minute, talkMs: 12 * hour - 5 * minute },
      { outcome: 'unknown' },
    ])
  })

  it('is kept for a bounded number of calls', () => {
    const all: CallSummary[] = []
    const log = createCallSummaries((summary) => all.push(summary), { max: 2 })
    for (let i = 0; i < 5; i += 1) log.routed(alice, invite('bob'))
    expect(all.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown'])
  })
})
