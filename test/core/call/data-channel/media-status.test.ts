import { NEVER } from 'rxjs'
import { describe, it } from 'vitest'
import { mediaStatus, type MediaStatusSources } from '../../../../src/core/call/data-channel/media-status.ts'
import type { MediaStatus, PeerEvent } from '../../../../src/core/index.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { commands, peerEvents } from '../../support/outputs.ts'

const status = {
  a: { audio: 'on', video: 'camera', held: false },
  b: { audio: 'muted', video: 'screen', held: false },
  c: { audio: 'off', video: 'off', held: true },
} satisfies Record<string, MediaStatus>
const says = (value: unknown): PeerEvent => ({ type: 'data', data: JSON.stringify(value) })
const tells = (media: MediaStatus) => says({ type: 'media', ...media })
const peer: Record<string, PeerEvent> = {
  o: peerEvents.dataOpen,
  y: peerEvents.connected,
  a: tells(status.a),
  b: tells(status.b),
  t: says({ type: 'text', seq: 1, text: 'hi' }),
  k: says({ type: 'media', audio: 'loud', video: 'off', held: false }),
  e: says({ type: 'media', ...status.a, user: 'mallory' }),
  j: { type: 'data', data: '{' },
}
const puts = (media: MediaStatus) =>
  commands({ type: 'send', data: JSON.stringify({ type: 'media', ...media }) })
const out = {
  A: puts(status.a),
  B: puts(status.b),
  C: puts(status.c),
  a: { type: 'remote-media', media: status.a },
  b: { type: 'remote-media', media: status.b },
}
const silent: MediaStatusSources = { status$: NEVER, peer$: NEVER, opened$: NEVER }

describe('the media status of this side', () => {
  it(
    'is sent when the data channel opens, and at each change; of earlier ones only the latest is sent',
    marbleTest(({ hot, expectObservable }) => {
      const status$ = hot('     -a-b------c--', status)
      const opened$ = hot('     --p----------')
      const peer$ = hot('       -----yo------', peer)
      const expected = '        ------B---C--'
      expectObservable(mediaStatus({ status$, peer$, opened$ })).toBe(expected, out)
    }),
  )

  it(
    'is sent after the capture when the channel opens first',
    marbleTest(({ hot, expectObservable }) => {
      const status$ = hot('     ------a--', status)
      const peer$ = hot('       --o------', peer)
      const expected = '        ------A--'
      expectObservable(mediaStatus({ ...silent, status$, peer$ })).toBe(expected, out)
    }),
  )

  it(
    'is sent once more, for each channel, when the other side is known to listen',
    marbleTest(({ hot, expectObservable }) => {
      const status$ = hot('     a----------------------', status)
      const opened$ = hot('     -p----------p----------')
      const peer$ = hot('       --o-a----b----o-b----a-', peer)
      const expected = '        --A-(aA)-b----A-A----a-'
      expectObservable(mediaStatus({ status$, peer$, opened$ })).toBe(expected, out)
    }),
  )

  it(
    'is sent again over the channel of a new peer connection, once that is open',
    marbleTest(({ hot, expectObservable }) => {
      const status$ = hot('     a-----b------', status)
      const opened$ = hot('     -p--p--------')
      const peer$ = hot('       --o------o---', peer)
      const expected = '        --A------B---'
      expectObservable(mediaStatus({ status$, peer$, opened$ })).toBe(expected, out)
    }),
  )
})

describe('the media status of the other side', () => {
  it(
    'is emitted at each change; other messages and invalid ones are ignored',
    marbleTest(({ hot, expectObservable }) => {
      const peer$ = hot('       oa-t-k-e-j-b--', peer)
      const expected = '        -a---------b--'
      expectObservable(mediaStatus({ ...silent, peer$ })).toBe(expected, out)
    }),
  )
})

it(
  'releases every source when unsubscribed',
  marbleTest(({ cold, expectObservable, expectReleased }) => {
    const status$ = cold('    a----b', status)
    const opened$ = cold('    p-----')
    const peer$ = cold('      -o----', peer)
    const leave = '           ---!  '
    expectObservable(mediaStatus({ status$, peer$, opened$ }), leave).toBe('-A--', out)
    expectReleased(status$, opened$, peer$).by('^--!')
  }),
)
