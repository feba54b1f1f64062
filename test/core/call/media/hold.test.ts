import { describe, it } from 'vitest'
import { unlessHeld } from '../../../../src/core/call/media/hold.ts'
import type { MediaStatus } from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/index.ts'
import { marbleTest } from '../../support/marble-test.ts'

const streams = {
  s: fakeStream('audio', ['audio']),
  t: fakeStream('audio+video', ['audio', 'video']),
  n: null,
}
const statuses: Record<string, MediaStatus> = {
  h: { audio: 'on', video: 'camera', held: true },
  m: { audio: 'muted', video: 'camera', held: true },
  o: { audio: 'on', video: 'camera', held: false },
}

describe('what is sent', () => {
  it(
    'is nothing from when this side puts the call on hold until it is taken up again',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot<MediaStream | null>('n-s-------', streams)
      const local$ = hot('                     --o-h-m-o-', statuses)
      const remote$ = hot('                    ----------', statuses)
      const expected = '                       n-s-n---s-'
      expectObservable(unlessHeld({ stream$, local$, remote$ })).toBe(expected, streams)
    }),
  )

  it(
    'is nothing while the other side has the call on hold, and goes on only when neither does',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot<MediaStream | null>('s-------------', streams)
      const local$ = hot('                     ----h-----o---', statuses)
      const remote$ = hot('                    --h-----o---h-', statuses)
      const expected = '                       s-n-------s-n-'
      expectObservable(unlessHeld({ stream$, local$, remote$ })).toBe(expected, streams)
    }),
  )

  it(
    'is afterwards what was chosen meanwhile',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot<MediaStream | null>('s---t---', streams)
      const local$ = hot('                     --h---o-', statuses)
      const remote$ = hot('                    --------', statuses)
      const expected = '                       s-n---t-'
      expectObservable(unlessHeld({ stream$, local$, remote$ })).toBe(expected, streams)
    }),
  )
})
