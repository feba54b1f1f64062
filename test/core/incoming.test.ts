import { describe, it } from 'vitest'
import { incoming } from '../../src/core/index.ts'
import type { CallState } from '../../src/core/index.ts'
import { marbleTest } from './support/marble-test.ts'
import { higherId } from './support/parties.ts'
import { connected, ended, ringing } from './support/states.ts'

const another = { ...ringing, callId: higherId }
const states: Record<string, CallState> = {
  r: ringing,
  s: { ...ringing, media: { audio: true, video: false } },
  a: another,
  c: connected,
  e: ended,
}

describe('incoming', () => {
  it(
    'emits each call that rings once, and completes with the client',
    marbleTest(({ hot, expectObservable, expectReleased }) => {
      const state$ = hot('       r-s-e-a-c-e-|', states)
      expectObservable(incoming({ state$ })).toBe('r-----a-----|', { r: ringing, a: another })
      expectReleased(state$).by('------------!')
    }),
  )
})
