import { describe, expect, it } from 'vitest'
import { CallError, type CallState, type EndReason, type Recovery, type Side } from 'rxcall'
import { endedInWords, type EndedCall } from '../../src/ui/text/ended.ts'
import { hintInWords, phaseInWords } from '../../src/ui/text/phase.ts'

const call = {
  callId: '0'.repeat(32),
  role: 'caller',
  remote: { user: 'bob' },
  media: { audio: true, video: true },
} as const
const ended = (reason: EndReason, by: Side, role: 'caller' | 'callee' = 'caller'): EndedCall => ({
  ...call,
  role,
  phase: 'ended',
  at: 0,
  reason,
  by,
})

describe('the phase in words', () => {
  it.each<[CallState, string]>([
    [{ phase: 'idle' }, 'Ready to call'],
    [{ ...call, phase: 'calling', progress: 'inviting', contacts: [] }, 'Calling bob…'],
    [{ ...call, phase: 'ringing', role: 'callee' }, 'bob is calling'],
    [{ ...call, phase: 'connecting', selected: true, peerConnected: false }, 'Connecting…'],
    [{ ...call, phase: 'connected', since: 1 }, 'Connected to bob'],
    [{ ...call, phase: 'reconnecting', since: 1 }, 'Reconnecting to bob…'],
    [ended('hung-up', 'remote'), 'Call ended: bob hung up'],
    [
      { ...ended('cancelled', 'local'), error: new CallError('permission-denied', '') },
      'Not called: camera or microphone not allowed',
    ],
  ])('%o is "%s"', (state, words) => {
    expect(phaseInWords(state, null)).toBe(words)
  })

  it('stays the same while the caller waits, and the hint gives the reason', () => {
    const calling = (['capturing', 'inviting', 'ringing'] as const).map((progress): CallState => ({
      ...call,
      phase: 'calling',
      progress,
      contacts: [],
    }))
    expect(new Set(calling.map((state) => phaseInWords(state, null)))).toEqual(new Set(['Calling bob…']))
    expect(calling.map((state) => hintInWords(state, null))).toEqual([
      'Please allow camera and microphone',
      'Reaching out',
      'It is ringing',
    ])
  })

  it('distinguishes video calls from audio calls', () => {
    const ringing: CallState = { ...call, role: 'callee', phase: 'ringing' }
    expect(hintInWords(ringing, null)).toBe('Video call')
    expect(hintInWords({ ...ringing, media: { audio: true, video: false } }, null)).toBe('Audio call')
  })
})

describe('an interrupted call in words', () => {
  const interrupted: CallState = { ...call, phase: 'reconnecting', since: 1 }
  const recovery = (step: Recovery['step'], attempt = 1): Recovery => ({
    problem: 'disconnected',
    step,
    attempt,
    until: 9,
  })

  it.each<[string, Recovery | null, string, string]>([
    ['nothing that is known', null, 'Reconnecting to bob…', 'It usually comes back by itself'],
    ['waiting', recovery('wait'), 'Connection interrupted – waiting…', 'It usually comes back by itself'],
    ['a restart', recovery('restart'), 'Reconnecting, try 1…', 'Looking for another way to bob'],
    ['another restart', recovery('restart', 3), 'Reconnecting, try 3…', 'Looking for another way to bob'],
    ['a new connection', recovery('replace'), 'Opening a new connection…', 'The call stays open'],
  ])('says that %s is being tried', (_what, recovery, status, hint) => {
    expect(phaseInWords(interrupted, recovery)).toBe(status)
    expect(hintInWords(interrupted, recovery)).toBe(hint)
  })

  it('is empty while media flows', () => {
    expect(phaseInWords({ ...call, phase: 'connected', since: 1 }, recovery('restart'))).toBe(
      'Connected to bob',
    )
  })
})

describe('how a call ended, in words', () => {
  it.each<[EndReason, Side, string]>([
    ['hung-up', 'local', 'you hung up'],
    ['hung-up', 'remote', 'bob hung up'],
    ['declined', 'local', 'you declined'],
    ['declined', 'remote', 'bob declined'],
    ['busy', 'local', 'you are in another call'],
    ['busy', 'remote', 'bob is in another call'],
    ['cancelled', 'local', 'you cancelled it'],
    ['cancelled', 'remote', 'bob cancelled it'],
    ['no-answer', 'local', 'bob did not answer'],
    ['no-answer', 'remote', 'bob did not answer'],
    ['unreachable', 'local', 'bob could not be reached'],
    ['unreachable', 'remote', 'bob is not there'],
    ['failed', 'local', 'the connection to bob failed'],
    ['failed', 'remote', 'the connection to bob failed'],
    ['media-error', 'local', 'your camera or microphone could not be opened'],
    ['media-error', 'remote', 'the camera or microphone of bob could not be opened'],
  ])('%s by the %s side', (reason, by, words) => {
    expect(endedInWords(ended(reason, by))).toBe(`Call ended: ${words}`)
  })

  it('says that a call was answered elsewhere, because it may continue there', () => {
    const elsewhere = ended('answered-elsewhere', 'remote', 'callee')
    expect(phaseInWords(elsewhere, null)).toBe('Answered elsewhere')
    expect(hintInWords(elsewhere, null)).toBe('In another tab or on another device')
    expect(hintInWords(ended('declined', 'remote'), null)).toBeUndefined()
  })

  it.each<Side>(['local', 'remote'])('no answer of the callee, ended by the %s side', (by) => {
    expect(endedInWords(ended('no-answer', by, 'callee'))).toBe('Call ended: you did not answer')
  })
})
