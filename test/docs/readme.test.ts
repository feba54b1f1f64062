import type { PeerEvent } from 'rxcall'
import { offer, type CallMessage } from 'rxcall/stages'
import { marbles } from 'rxcall/testing'
import { expect, it } from 'vitest'

const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)
const local: PeerEvent = { type: 'description', description: { type: 'offer', sdp: 'ours' } }
const remote = { type: 'answer', body: { sdp: 'theirs' } } as CallMessage

it(
  'sends an offer, and applies the answer to it',
  marbles(assertEqual, ({ hot, expectObservable }) => {
    const peer$ = hot('   -o------', { o: local })
    const message$ = hot('----a---', { a: remote })
    const offer$ = '      -s--c---'
    expectObservable(offer({ peer$, message$ })).toBe(offer$, {
      s: { type: 'send', message: { type: 'offer', body: { sdp: 'ours' } } },
      c: {
        type: 'command',
        command: { type: 'description', description: { type: 'answer', sdp: 'theirs' } },
      },
    })
  }),
)
