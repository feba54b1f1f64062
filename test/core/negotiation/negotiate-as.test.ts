import { describe, it } from 'vitest'
import type { PeerCommand } from '../../../src/core/index.ts'
import type { NegotiationEvent } from '../../../src/core/negotiation/index.ts'
import { negotiateAs } from '../../../src/core/negotiation/negotiate-as.ts'
import { described, fakeConnection } from '../support/fake-connection.ts'
import { marbleTest } from '../support/marble-test.ts'

const description = (type: 'offer' | 'answer', name: string) =>
  ({ type: 'description', description: described(type, name) }) as const

const given: Record<string, PeerCommand> = {
  o: description('offer', 'theirs 1'),
  a: description('answer', 'theirs 1'),
  r: { type: 'renegotiate' },
  s: { type: 'restart' },
  c: { type: 'candidate', candidate: { candidate: 'c1', sdpMid: '0' } },
  t: { type: 'track', kind: 'audio', track: null },
}

const told: Record<string, NegotiationEvent> = {
  O: description('offer', 'own 1'),
  P: description('offer', 'own 2'),
  A: description('answer', 'own 1'),
  R: { type: 'renegotiate' },
}

/** Transceivers that all have their media section, and one without. */
const agreed = () => [{ mid: '0' }, { mid: '1' }]
const unagreed = () => [{ mid: '0' }, { mid: null }]

describe('negotiateAs: the offerer', () => {
  it(
    'makes the first offer at once, without negotiationneeded',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('----a--', given)
      const expected = '    --O----'
      const port = { ...fakeConnection(tools), transceivers: agreed }
      expectObservable(negotiateAs('offerer', command$, port)).toBe(expected, told)
    }),
  )

  it(
    'ignores an offer that crosses its own',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('---o-a--', given)
      const expected = '    --O-----'
      const port = { ...fakeConnection(tools), transceivers: agreed }
      expectObservable(port.operation$).toBe('co---v--', {
        c: 'createOffer',
        o: 'setLocalDescription offer own 1',
        v: 'setRemoteDescription answer theirs 1',
      })
      expectObservable(negotiateAs('offerer', command$, port)).toBe(expected, told)
    }),
  )

  it(
    'makes another offer when asked, for an ICE restart, and when the connection needs one',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -------n--')
      for (const commands of ['----a--r--', '----a--s--', '----a-----']) {
        const needs = commands.endsWith('a-----') ? { needed$ } : {}
        const port = { ...fakeConnection(tools, needs), transceivers: unagreed }
        expectObservable(negotiateAs('offerer', hot(commands, given), port)).toBe('--O------P', told)
      }
    }),
  )

  it(
    'adds candidates, and ignores commands that are not of negotiation',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('----a--t-c-', given)
      const port = { ...fakeConnection(tools), transceivers: agreed }
      expectObservable(port.operation$).toBe('co--v----k-', {
        k: 'addCandidate c1',
        c: 'createOffer',
        o: 'setLocalDescription offer own 1',
        v: 'setRemoteDescription answer theirs 1',
      })
      expectObservable(negotiateAs('offerer', command$, port)).toBe('--O--------', told)
    }),
  )
})

describe('negotiateAs: the answerer', () => {
  it(
    'asks for an offer when it needs one, instead of making one',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' n-----n---')
      const command$ = hot('-o-----r-s', given)
      const expected = '    ----A-R---'
      const port = { ...fakeConnection(tools, { needed$ }), transceivers: agreed }
      expectObservable(negotiateAs('answerer', command$, port)).toBe(expected, told)
    }),
  )

  it(
    'does not ask for an offer while a track has no media section, because no offer would add one',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' ------n---')
      const command$ = hot('-o--------', given)
      const expected = '    ----A-----'
      const port = { ...fakeConnection(tools, { needed$ }), transceivers: unagreed }
      expectObservable(negotiateAs('answerer', command$, port)).toBe(expected, told)
    }),
  )

  it(
    'yields when both have made an offer',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('-o------', given)
      const expected = '    -----A--'
      const port = {
        ...fakeConnection(tools),
        transceivers: agreed,
        signalingState: () => 'have-local-offer' as const,
      }
      expectObservable(negotiateAs('answerer', command$, port)).toBe(expected, told)
    }),
  )
})
