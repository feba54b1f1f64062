import { NEVER } from 'rxjs'
import { describe, it } from 'vitest'
import { callee } from '../../../../src/core/call/setup/callee.ts'
import type { CallAction } from '../../../../src/core/index.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { sends } from '../../support/outputs.ts'
import { audioAndVideo as media, audioOnly } from '../../support/parties.ts'

const wish$ = NEVER
const accepts = {
  a: { type: 'accept' },
  s: { type: 'accept', media: audioOnly },
} satisfies Record<string, CallAction>
const received = { s: incoming('select', {}), o: incoming('offer', { sdp: 'remote offer' }) }
const out = {
  R: sends({ type: 'ringing', body: {} }),
  a: { type: 'answered', by: 'local', media },
  s: { type: 'answered', by: 'local', media: audioOnly },
  A: sends({ type: 'accept', body: {} }),
}
const selectedAt = (at: number) => ({ type: 'selected', at })

describe('callee', () => {
  it(
    'names the features that it shares with the caller while it rings, and at no other time',
    marbleTest(({ hot, env, expectObservable }) => {
      const accept$ = hot('     ---a--', accepts)
      const message$ = hot('    ------', received)
      const expected = '        F--(aA)'
      const features = ['captions']
      expectObservable(callee({ accept$, message$, media, features, wish$ }, env)).toBe(expected, {
        ...out,
        F: sends({ type: 'ringing', body: { features: ['captions'] } }),
      })
    }),
  )

  it(
    'sends ringing, accepts when the user does, and emits selected when the caller selects it',
    marbleTest(({ hot, env, expectObservable }) => {
      const accept$ = hot('     ---a--------', accepts)
      const message$ = hot('    -o-------s--', received)
      const expected = '        R--(aA)--(G|)'
      expectObservable(callee({ accept$, message$, media, wish$ }, env)).toBe(expected, {
        ...out,
        G: selectedAt(9),
      })
    }),
  )

  it(
    'sends the media that the user chose',
    marbleTest(({ hot, env, expectObservable }) => {
      const accept$ = hot('     ---s---', accepts)
      const message$ = hot('    -------', received)
      const expected = '        R--(sA)'
      expectObservable(callee({ accept$, message$, media, wish$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'sends the media that the user requested while it rang, the latest of each kind',
    marbleTest(({ hot, env, expectObservable }) => {
      const accept$ = hot('     -----a-', accepts)
      const message$ = hot('    -------', received)
      const wish$ = hot('       -n-vm--', { n: { audio: false }, v: { video: false }, m: { audio: true } })
      const expected = '        R----(wA)'
      expectObservable(callee({ accept$, message$, media, wish$ }, env)).toBe(expected, {
        ...out,
        w: { type: 'answered', by: 'local', media: { audio: true, video: false } },
      })
    }),
  )

  it(
    'accepts once and is selected once, however often the messages come',
    marbleTest(({ hot, env, expectObservable }) => {
      const accept$ = hot('     ---a---a----', accepts)
      const message$ = hot('    --------ss--', received)
      const expected = '        R--(aA)-(G|)'
      expectObservable(callee({ accept$, message$, media, wish$ }, env)).toBe(expected, {
        ...out,
        G: selectedAt(8),
      })
    }),
  )

  it(
    'sends nothing but `ringing` until the user accepts',
    marbleTest(({ hot, env, expectObservable }) => {
      const accept$ = hot('     --------', accepts)
      const message$ = hot('    -o------', received)
      const expected = '        R-------'
      expectObservable(callee({ accept$, message$, media, wish$ }, env)).toBe(expected, out)
    }),
  )

  it(
    'errors when a source errors',
    marbleTest(({ hot, cold, env, expectObservable, expectReleased }) => {
      const accept$ = cold('    -----a', accepts)
      const message$ = hot('    --#', received)
      const expected = '        R-#'
      expectObservable(callee({ accept$, message$, media, wish$ }, env)).toBe(expected, out)
      expectReleased(accept$).by('--!')
    }),
  )

  it(
    'accepts nothing when unsubscribed while it rings',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const accept$ = cold('    -----a--', accepts)
      const message$ = cold('   ------s-', received)
      const leave = '           ---!    '
      const expected = '        R---    '
      expectObservable(callee({ accept$, message$, media, wish$ }, env), leave).toBe(expected, out)
      expectReleased(accept$, message$).by(leave)
    }),
  )
})
