import type { PeerEvent } from 'rxcall'
import { trickleIce, type CallMessage } from 'rxcall/stages'
import { marbles, virtualId } from 'rxcall/testing'
import { expect, it } from 'vitest'

const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)
const bob = { user: 'bob', party: virtualId(1) }
const settings = { candidateBatchMs: 20 }

const candidates: CallMessage = {
  v: 1,
  type: 'candidates',
  callId: virtualId(2),
  to: { user: 'alice' },
  from: bob,
  ageMs: 0,
  body: { list: [{ candidate: 'early' }], end: true },
}

it(
  'buffers candidates until the connection is open, and then adds them in order',
  marbles(assertEqual, ({ cold, hot, env, expectObservable }) => {
    const message$ = hot('  -m------', { m: candidates })
    const opened$ = hot('   -----o--')
    const added = '         -----(ab)'
    const peer$ = cold<PeerEvent>('--------')
    expectObservable(trickleIce({ message$, opened$, peer$, settings }, env)).toBe(added, {
      a: { type: 'command', command: { type: 'candidate', candidate: { candidate: 'early' } } },
      b: { type: 'command', command: { type: 'candidate', candidate: null } },
    })
  }),
)
