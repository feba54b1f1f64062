import { describe, expect, it } from 'vitest'
import { media } from '../../../src/core/call/media.ts'
import type { CallAction } from '../../../src/core/index.ts'
import { marbleTest } from '../support/marble-test.ts'
import { fakeStream } from '../support/media.ts'
import { map } from 'rxjs'

const mutes = {
  a: { type: 'mute', kind: 'audio', muted: true },
  A: { type: 'mute', kind: 'audio', muted: false },
  v: { type: 'mute', kind: 'video', muted: true },
} satisfies Record<string, CallAction>
const muted = {
  a: { type: 'muted', kind: 'audio', muted: true },
  A: { type: 'muted', kind: 'audio', muted: false },
  v: { type: 'muted', kind: 'video', muted: true },
}
const enabled = (stream: MediaStream) => stream.getTracks().map((track) => track.enabled)

describe('media', () => {
  it(
    'tells when the stream is there, and each mute as it is made',
    marbleTest(({ hot, expectObservable }) => {
      const s = fakeStream('audio', 'video')
      const stream$ = hot('     --s--------', { s })
      const mute$ = hot('       ----a--v-A-', mutes)
      const expected = '        --s-a--v-A-'
      const captured = { type: 'captured', stream: s }
      expectObservable(media({ stream$, mute$ })).toBe(expected, { ...muted, s: captured })
    }),
  )

  it(
    'silences and gives back the tracks of that kind, and no others',
    marbleTest(({ hot, cold, expectObservable }) => {
      const s = fakeStream('audio', 'video')
      const stream$ = hot('     --s----------', { s })
      const mute$ = hot('       ----a---v--A-', mutes)
      const look$ = cold('      ---k--k--k--k')
      const tracks = '          ---w--x--y--z'
      const seen = { w: [true, true], x: [false, true], y: [false, false], z: [true, false] }
      expectObservable(media({ stream$, mute$ })).toBe('--s-a---v--A-', {
        ...muted,
        s: { type: 'captured', stream: s },
      })
      expectObservable(look$.pipe(map(() => enabled(s)))).toBe(tracks, seen)
    }),
  )

  it(
    'applies a mute that was made before the stream came, and to the stream that takes its place',
    marbleTest(({ hot, cold, expectObservable }) => {
      const s = fakeStream('audio', 'video')
      const t = fakeStream('audio', 'video')
      const stream$ = hot('     ----s---t--', { s, t })
      const mute$ = hot('       -a---------', mutes)
      const look$ = cold('      ------k---l', { k: s, l: t })
      const tracks = '          ------x---x'
      const expected = '        -a--s---t--'
      const values = { ...muted, s: { type: 'captured', stream: s }, t: { type: 'captured', stream: t } }
      expectObservable(media({ stream$, mute$ })).toBe(expected, values)
      expectObservable(look$.pipe(map(enabled))).toBe(tracks, { x: [false, true] })
    }),
  )

  it(
    'begins with nothing muted, also where a stream is used again that was',
    marbleTest(({ hot, expectObservable, flush }) => {
      const s = fakeStream('audio', 'video')
      for (const track of s.getTracks()) track.enabled = false
      const stream$ = hot('     --s--', { s })
      const mute$ = hot('       -----', mutes)
      const expected = '        --s--'
      expectObservable(media({ stream$, mute$ })).toBe(expected, { s: { type: 'captured', stream: s } })
      flush()
      expect(enabled(s)).toEqual([true, true])
    }),
  )

  it(
    'has nothing to mute in a call without local media',
    marbleTest(({ hot, expectObservable }) => {
      const stream$ = hot('     --n----', { n: null })
      const mute$ = hot('       ----a--', mutes)
      const expected = '        --n-a--'
      expectObservable(media({ stream$, mute$ })).toBe(expected, {
        ...muted,
        n: { type: 'captured', stream: null },
      })
    }),
  )

  it(
    'fails as capturing does',
    marbleTest(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const stream$ = hot<MediaStream>('     --#')
      const mute$ = cold('      -----a', mutes)
      expectObservable(media({ stream$, mute$ })).toBe('--#')
      expectSubscriptions(mute$.subscriptions).toBe(['^-!', '^-!'])
    }),
  )

  it(
    'lets go of the camera, and touches no track any more, when it is unsubscribed',
    marbleTest(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const s = fakeStream('audio', 'video')
      const stream$ = cold('    --s-----', { s })
      const mute$ = cold('      ------a-', mutes)
      const leave = '           ----!   '
      const subscribed = '      ^---!   '
      expectObservable(media({ stream$, mute$ }), leave).toBe('--s--', { s: { type: 'captured', stream: s } })
      expectSubscriptions(stream$.subscriptions).toBe([subscribed, subscribed])
      expectSubscriptions(mute$.subscriptions).toBe([subscribed, subscribed])
      flush()
      expect(enabled(s)).toEqual([true, true])
    }),
  )
})
