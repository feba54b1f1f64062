import type { CallState, MediaRequest } from 'rxcall'
import { marbles } from 'rxcall/testing'
import { expect, it } from 'vitest'
import { withoutScreen } from '../../src/ui/streams/without-screen.ts'

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
  o: connected(false),
  e: { ...call, phase: 'ended', reason: 'hung-up', by: 'local', media: { audio: true, video: true } },
}

it(
  'is what was sent before the screen, in each call anew',
  marbles(
    (actual, expected) => expect(actual).toEqual(expected),
    ({ hot, expectObservable }) => {
      const state$ = hot('  i-r-c-s-c-f-s-e-s-o-s', states)
      const expected = '    o---c-----f---o------'
      expectObservable(withoutScreen(state$)).toBe(expected, {
        o: false,
        c: true,
        f: { deviceId: 'front' },
      })
    },
  ),
)
