import { describe, expect, it } from 'vitest'
import { endMessage, type Ending } from '../../../../src/core/call/ending/end-message.ts'
import type { EndReason } from '../../../../src/core/index.ts'
import type { MessageDraft } from '../../../../src/core/stages/index.ts'
import { sends } from '../../support/outputs.ts'
import { bob } from '../../support/parties.ts'
import {
  accepted,
  alerting,
  capturing,
  connected,
  connecting,
  ended,
  everyState,
  idle,
  inviting,
  reconnecting,
  ringing,
} from '../../support/states.ts'

const ending = (reason: EndReason, more: Partial<Ending> = {}): Ending => ({ reason, by: 'local', ...more })
const cancel = (reason: 'cancelled' | 'no-answer'): MessageDraft => ({ type: 'cancel', body: { reason } })
const hangUp = (reason: 'hung-up' | 'cancelled' | 'media-error' | 'failed'): MessageDraft => ({
  type: 'hang-up',
  body: { reason },
})
const decline: MessageDraft = { type: 'decline', body: {} }
const gone: MessageDraft = { type: 'gone', body: {} }

describe('endMessage', () => {
  const reasons: EndReason[] = ['hung-up', 'cancelled', 'no-answer', 'media-error', 'failed', 'unreachable']

  it.each(Object.entries(everyState))('%s: sends nothing to a side that knows already', (_, state) => {
    for (const reason of reasons) expect(endMessage(state, ending(reason, { known: true }))).toEqual([])
  })

  it('sends nothing when no call is open, or nobody was called yet', () => {
    for (const state of [idle, ended, capturing])
      for (const reason of reasons) expect(endMessage(state, ending(reason))).toEqual([])
  })

  it.each([
    ['cancelled', cancel('cancelled')],
    ['no-answer', cancel('no-answer')],
    ['failed', cancel('cancelled')],
    ['media-error', cancel('cancelled')],
    ['hung-up', cancel('cancelled')],
  ] as const)('cancels an unanswered call: %s', (reason, letter) => {
    for (const state of [inviting, alerting])
      expect(endMessage(state, ending(reason))).toEqual([sends(letter)])
  })

  it('cancels the other devices when one of them declines, and sends nothing once a device has the call', () => {
    const declined = ending('declined', { by: 'remote', known: true, party: bob.party })
    const elsewhere: MessageDraft = {
      type: 'cancel',
      body: { reason: 'answered-elsewhere' },
      toOthersThan: bob.party,
    }
    for (const state of [inviting, alerting]) expect(endMessage(state, declined)).toEqual([sends(elsewhere)])
    for (const state of [connecting, connected]) expect(endMessage(state, declined)).toEqual([])
  })

  it('declines a ringing call, sends gone when the user leaves, and sends nothing when it rings out', () => {
    expect(endMessage(ringing, ending('declined'))).toEqual([sends(decline)])
    expect(endMessage(ringing, ending('hung-up', { leaving: true }))).toEqual([sends(gone)])
    expect(endMessage(ringing, ending('no-answer'))).toEqual([])
  })

  it.each([
    ['hung-up', hangUp('hung-up')],
    ['cancelled', hangUp('cancelled')],
    ['media-error', hangUp('media-error')],
    ['failed', hangUp('failed')],
    ['unreachable', hangUp('hung-up')],
  ] as const)('hangs up an answered call: %s', (reason, letter) => {
    for (const state of [accepted, connecting, connected, reconnecting])
      expect(endMessage(state, ending(reason))).toEqual([sends(letter)])
  })
})
