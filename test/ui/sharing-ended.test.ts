import type { CallState, MediaRequest } from 'rxcall'
import { marbles } from 'rxcall/testing'
import { describe, expect, it } from 'vitest'
import { sharingEnded } from '../../src/ui/streams/sharing-ended.ts'

const call = { callId: 'c', role: 'caller', remote: { user: 'bob' } } as const
const connected = (video: MediaRequest['video']): CallState => ({
  ...call,
  phase: 'connected',
  since: 0,
  media: { audio: true, video },
})
const states: Record<string, CallState> = {
  i: { phase: 'idle' },
  r: { ...call, role: 'callee', phase: 'ringing', media: { audio: true, video: true } },
  c: connected(true),
  f: connected({ deviceId: 'front' }),
  s: connected('screen'),
  R: { ...call, phase: 'reconnecting', since: 0, media: { audio: true, video: 'screen' } },
  o: connected(false),
  e: { ...call, phase: 'ended', at: 0, reason: 'hung-up', by: 'local', media: { audio: true, video: true } },
}
const values = { c: true, f: { deviceId: 'front' }, n: false }
const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)

describe('the end of screen sharing', () => {
  it(
    'reports the video that was sent before, each time',
    marbles(assertEqual, ({ hot, expectObservable }) => {
      const state$ = hot('  i-c-s-o-c-f-s-R-s-o-s-o-s', states)
      const expected = '    ------c-----------f---n--'
      expectObservable(sharingEnded(state$)).toBe(expected, values)
    }),
  )

  it(
    'reports it even if that video is already returning, but not at or after the end of a call',
    marbles(assertEqual, ({ hot, expectObservable }) => {
      const state$ = hot('  c-s-c-s-e-r-o-s-o', states)
      const expected = '    ----c-----------n'
      expectObservable(sharingEnded(state$)).toBe(expected, values)
    }),
  )
})
