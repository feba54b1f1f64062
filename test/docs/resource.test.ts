import { link, type PeerEvent } from 'rxcall'
import { marbles } from 'rxcall/testing'
import { expect, it } from 'vitest'

const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)

it(
  'closes the peer connection with the call',
  marbles(assertEqual, ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const stream$ = cold('    -s-----', { s: null })
    const connection$ = cold<PeerEvent>('--------')
    const call = '            ^----!'
    const open = '            -^---!'
    const linked$ = link({ stream$, command$: hot('-------'), role: 'offerer' }, { open: () => connection$ })
    expectObservable(linked$, call).toBe('-o', { o: { type: 'opened', role: 'offerer' } })
    expectSubscriptions(connection$.subscriptions).toBe(open)
  }),
)
