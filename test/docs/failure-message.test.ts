import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PeerEvent } from 'rxcall'
import { trickleIce, type CallMessage } from 'rxcall/stages'
import { marbles, virtualId } from 'rxcall/testing'
import { expect, it } from 'vitest'
import { root } from '../../scripts/lib/run.js'

const document = readFileSync(join(root, 'docs/testing.md'), 'utf8')
const [, shown] = /```text\n(the streams differ[\s\S]*?)\n```/.exec(document) ?? []

const candidates: CallMessage = {
  v: 1,
  type: 'candidates',
  callId: virtualId(2),
  to: { user: 'alice' },
  from: { user: 'bob', party: virtualId(1) },
  ageMs: 0,
  body: { list: [{ candidate: 'early' }], end: true },
}

it('shows the failure message of a stage that does not wait', () => {
  const test = marbles(
    (actual, expected) => {
      expect(actual).toEqual(expected)
    },
    ({ cold, hot, env, expectObservable }) => {
      const message$ = hot('-m------', { m: candidates })
      // As if the connection were open from the beginning.
      const opened$ = hot(' o-------')
      const added = '       -----(ab)'
      const peer$ = cold<PeerEvent>('--------')
      const settings = { candidateBatchMs: 20 }
      expectObservable(trickleIce({ message$, opened$, peer$, settings }, env)).toBe(added, {
        a: { type: 'command', command: { type: 'candidate', candidate: { candidate: 'early' } } },
        b: { type: 'command', command: { type: 'candidate', candidate: null } },
      })
    },
  )
  expect(shown).toBeDefined()
  expect(test).toThrow(expect.objectContaining({ message: shown }))
})
