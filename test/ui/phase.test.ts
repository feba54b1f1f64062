import { describe, expect, it } from 'vitest'
import type { CallState, EndReason, Side } from 'rxcall'
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
  reason,
  by,
})

describe('the phase in words', () => {
  it.each<[CallState, string]>([
    [{ phase: 'idle' }, 'Ready to call'],
    [{ ...call, phase: 'calling', progress: 'inviting', contacts: [] }, 'Calling bob…'],
    [{ ...call, phase: 'ringing', role: 'callee' }, 'bob is calling'],
    [{ ...call, phase: 'connecting', selected: true, linked: false }, 'Connecting…'],
    [{ ...call, phase: 'connected', since: 1 }, 'Connected to bob'],
    [{ ...call, phase: 'reconnecting', since: 1 }, 'Reconnecting to bob…'],
    [ended('hung-up', 'remote'), 'Call ended: bob hung up'],
  ])('%o is "%s"', (state, words) => {
    expect(phaseInWords(state)).toBe(words)
  })

  it('stays the same while the caller waits, and the hint says for what', () => {
    const calling = (['capturing', 'inviting', 'ringing'] as const).map((progress): CallState => ({
      ...call,
      phase: 'calling',
      progress,
      contacts: [],
    }))
    expect(new Set(calling.map(phaseInWords))).toEqual(new Set(['Calling bob…']))
    expect(calling.map(hintInWords)).toEqual([
      'Please allow camera and microphone',
      'Reaching out',
      'It is ringing',
    ])
  })

  it('tells a video call from an audio call', () => {
    const ringing: CallState = { ...call, role: 'callee', phase: 'ringing' }
    expect(hintInWords(ringing)).toBe('Video call')
    expect(hintInWords({ ...ringing, media: { audio: true, video: false } })).toBe('Audio call')
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

  it('says where a call is that was answered elsewhere, which may not have ended', () => {
    const elsewhere = ended('answered-elsewhere', 'remote', 'callee')
    expect(phaseInWords(elsewhere)).toBe('Answered elsewhere')
    expect(hintInWords(elsewhere)).toBe('In another tab or on another device')
    expect(hintInWords(ended('declined', 'remote'))).toBeUndefined()
  })

  it.each<Side>(['local', 'remote'])('no answer of the callee, ended by the %s side', (by) => {
    expect(endedInWords(ended('no-answer', by, 'callee'))).toBe('Call ended: you did not answer')
  })
})
