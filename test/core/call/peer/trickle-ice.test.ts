import { describe, it } from 'vitest'
import { trickleIce } from '../../../../src/core/call/peer/trickle-ice.ts'
import { limits, type PeerEvent } from '../../../../src/core/index.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { candidate, commands, peerEvents, sends } from '../../support/outputs.ts'

const settings = { candidateBatchMs: 5 }
const found = (n: number): PeerEvent => ({ type: 'candidate', candidate: candidate(n) })
const peer = {
  1: found(1),
  2: found(2),
  3: found(3),
  e: { type: 'candidate', candidate: null },
  o: peerEvents.offer,
} as const
const received = {
  a: incoming('candidates', { list: [candidate(1), candidate(2)] }),
  b: incoming('candidates', { list: [candidate(3)], end: true }),
  c: incoming('candidates', { list: [], end: false }),
  o: incoming('offer', { sdp: 'remote offer' }),
}
const batch = (numbers: number[], end?: boolean) =>
  sends({ type: 'candidates', body: { list: numbers.map(candidate), ...(end && { end }) } })
const add = (n: number) => commands({ type: 'candidate', candidate: candidate(n) })
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
const noMore = commands({ type: 'candidate', candidate: null })

describe('trickleIce: what goes out', () => {
  it(
    'sends the first candidate at once, and later ones in batches',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -1-2o3-------', peer)
      const expected = '        -F----R------'
      const values = { F: batch([1]), R: batch([2, 3]) }
      const sources = { peer$, message$: hot('-', received), opened$: hot('-'), settings }
      expectObservable(trickleIce(sources, env)).toBe(expected, values)
    }),
  )

  it(
    'sends the end of candidates with the last batch, or alone',
    marbleTest(({ hot, env, expectObservable }) => {
      const together$ = hot('   -1-2-e-------', peer)
      const expected = '        -F----L------'
      const alone$ = hot('      -1-------e---', peer)
      const expectedAlone = '   -F-------E---'
      const values = { F: batch([1]), L: batch([2], true), E: batch([], true) }
      const others = { message$: hot('-', received), opened$: hot('-'), settings }
      expectObservable(trickleIce({ ...others, peer$: together$ }, env)).toBe(expected, values)
      expectObservable(trickleIce({ ...others, peer$: alone$ }, env)).toBe(expectedAlone, values)
    }),
  )

  it(
    'ends the candidates before a restart, but not those of the restart in the same batch',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -1(2e3)-------', peer)
      const expected = '        -F----(LR)'
      const values = { F: batch([1]), L: batch([2], true), R: batch([3]) }
      const sources = { peer$, message$: hot('-', received), opened$: hot('-'), settings }
      expectObservable(trickleIce(sources, env)).toBe(expected, values)
    }),
  )

  it(
    'splits a burst that exceeds one message, and ends only the last part',
    marbleTest(({ cold, env, expectObservable }) => {
      const peer$ = cold(`(${'x'.repeat(limits.batch + 2)}e)`, { ...peer, x: found(0) })
      const expected = '        A----(BC)'
      const first = sends({ type: 'candidates', body: { list: [candidate(0)] } })
      const full = sends({ type: 'candidates', body: { list: upTo(limits.batch).map(() => candidate(0)) } })
      const rest = sends({ type: 'candidates', body: { list: [candidate(0)], end: true } })
      const sources = { peer$, message$: cold('-', received), opened$: cold('-'), settings }
      expectObservable(trickleIce(sources, env), '7ms !').toBe(expected, { A: first, B: full, C: rest })
    }),
  )

  it(
    'sends nothing more when the peer connection has ended',
    marbleTest(({ hot, env, expectObservable }) => {
      const peer$ = hot('       -1---|', peer)
      const expected = '        -F----'
      const sources = {
        peer$,
        message$: hot('-', received),
        opened$: hot('-'),
        settings: { candidateBatchMs: 1 },
      }
      expectObservable(trickleIce(sources, env)).toBe(expected, { F: batch([1]) })
    }),
  )
})

describe('trickleIce: what comes in', () => {
  const values = { 1: add(1), 2: add(2), 3: add(3), e: noMore }

  it(
    'buffers early candidates until the connection is open, and then adds them in order',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    -ao-------b---', received)
      const opened$ = hot('     ----d---------')
      const expected = '        ----(12)--(3e)'
      expectObservable(trickleIce({ peer$: hot('-', peer), message$, opened$, settings }, env)).toBe(
        expected,
        values,
      )
    }),
  )

  it(
    'treats `end: false` as more to come',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    -c--b---', received)
      const opened$ = hot('     d-------')
      const expected = '        ----(3e)'
      expectObservable(trickleIce({ peer$: hot('-', peer), message$, opened$, settings }, env)).toBe(
        expected,
        values,
      )
    }),
  )

  it(
    'buffers at most four full batches',
    marbleTest(({ hot, env, expectObservable }) => {
      const full = incoming('candidates', { list: upTo(limits.batch).map(() => candidate(1)) })
      const message$ = hot('    -fffffb-', { ...received, f: full })
      const opened$ = hot('     -------d')
      const expected = `        -------(${'1'.repeat(4 * limits.batch)})`
      expectObservable(trickleIce({ peer$: hot('-', peer), message$, opened$, settings }, env)).toBe(
        expected,
        values,
      )
    }),
  )
})

describe('trickleIce', () => {
  it(
    'errors when the peer connection errors',
    marbleTest(({ cold, hot, env, expectObservable, expectReleased }) => {
      const peer$ = hot('       -12#', peer)
      const message$ = cold('   ------a', received)
      const expected = '        -F-#'
      expectObservable(trickleIce({ peer$, message$, opened$: cold('d'), settings }, env)).toBe(expected, {
        F: batch([1]),
      })
      expectReleased(message$).by('^--!')
    }),
  )

  it(
    'drops gathered candidates and releases every source when unsubscribed',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const peer$ = cold('      -12----', peer)
      const message$ = cold('   --a----', received)
      const opened$ = cold('    -----d-')
      const leave = '           ----!  '
      const expected = '        -F---  '
      const subscribed = '      ^---!  '
      expectObservable(trickleIce({ peer$, message$, opened$, settings }, env), leave).toBe(expected, {
        F: batch([1]),
      })
      expectReleased(peer$, message$, opened$).by(subscribed)
    }),
  )
})
