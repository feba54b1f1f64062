import { NEVER, of } from 'rxjs'
import type { PeerEvent } from 'rxcall'
import { peerLifecycle } from 'rxcall/stages'
import { marbles } from 'rxcall/testing'
import { expect, it } from 'vitest'

const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)

it(
  'closes the peer connection with the call',
  marbles(assertEqual, ({ cold, expectObservable, expectSubscriptions }) => {
    const media$ = cold('     -m-----', { m: { audio: true, video: true } })
    const connection$ = cold<PeerEvent>('--------')
    const call = '            ^----!'
    const open = '            -^---!'
    const sources = { media$, stream$: of(null), command$: NEVER, role: 'offerer' } as const
    const opened$ = peerLifecycle(sources, { open: () => connection$ })
    expectObservable(opened$, call).toBe('-o', { o: { type: 'peer-opened', role: 'offerer' } })
    expectSubscriptions(connection$.subscriptions).toBe(open)
  }),
)
