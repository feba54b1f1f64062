import { NEVER, Subject, delay, ignoreElements, merge, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallError, type NegotiationOperation } from '../../../src/core/index.ts'
import {
  perfectNegotiation,
  type NegotiationCommand,
  type NegotiationEvent,
} from '../../../src/core/negotiation/index.ts'
import { marbleTest } from '../support/marble-test.ts'
import { described, fakeConnection, refusal, type FakeConnection } from '../support/fake-connection.ts'

const impolite = { isPolite: false, makesOffers: true }
const polite = { isPolite: true, makesOffers: true }
/** Like the native peer's answerer, it makes no offers. */
const asking = { isPolite: true, makesOffers: false }

const describing = (type: 'offer' | 'answer', name: string, ufrag?: string) =>
  ({ type: 'description', description: described(type, name, ufrag) }) as const
const candidate = (name: string, usernameFragment?: string): NegotiationCommand => ({
  type: 'candidate',
  candidate: { candidate: name, sdpMid: '0', ...(usernameFragment && { usernameFragment }) },
})

/** Signals from the other side. */
const given: Record<string, NegotiationCommand> = {
  o: describing('offer', 'theirs 1', 'T1'),
  p: describing('offer', 'theirs 2', 'T2'),
  a: describing('answer', 'theirs 1', 'T1'),
  b: describing('answer', 'theirs 2', 'T2'),
  g: describing('answer', 'theirs 3', 'T3'),
  r: { type: 'renegotiate' },
  s: { type: 'restart' },
  1: candidate('c1', 'T1'),
  2: candidate('c2', 'T2'),
  3: candidate('c3'),
  e: { type: 'candidate', candidate: null },
  f: candidate('', 'T1'),
}

/** Signals to the other side. */
const told: Record<string, NegotiationEvent> = {
  O: describing('offer', 'own 1'),
  P: describing('offer', 'own 2'),
  Q: describing('offer', 'own 3'),
  A: describing('answer', 'own 1'),
  B: describing('answer', 'own 2'),
  R: { type: 'renegotiate' },
}

/** Operations on the connection. */
const done: Record<string, string> = {
  c: 'createOffer',
  n: 'createOffer anew',
  o: 'setLocalDescription offer own 1',
  p: 'setLocalDescription offer own 2',
  q: 'setLocalDescription offer own 3',
  x: 'rollBack',
  t: 'setRemoteDescription offer theirs 1',
  u: 'setRemoteDescription offer theirs 2',
  v: 'setRemoteDescription answer theirs 1',
  w: 'setRemoteDescription answer theirs 2',
  y: 'setRemoteDescription answer theirs 3',
  d: 'createAnswer',
  a: 'setLocalDescription answer own 1',
  b: 'setLocalDescription answer own 2',
  1: 'addCandidate c1',
  2: 'addCandidate c2',
  3: 'addCandidate c3',
}

describe('perfectNegotiation', () => {
  it(
    'offers when the connection needs it, and applies the answer',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n------')
      const command$ = hot('-----a--', given)
      const operations = '  -co--v--'
      const expected = '    ---O----'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'answers an offer in either role',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const operations = '  -tda----'
      const expected = '    ----A---'
      for (const role of [impolite, polite, asking]) {
        const command$ = hot('-o------', given)
        const connection = fakeConnection(tools)
        expectObservable(perfectNegotiation({ ...role, command$ }, connection)).toBe(expected, told)
        expectObservable(connection.operation$).toBe(operations, done)
      }
    }),
  )

  it(
    'negotiates again, in both directions',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n--------------n----')
      const command$ = hot('-----a----p--------b-', given)
      const operations = '  -co--v----uda---cp-w-'
      const expected = '    ---O---------A----P--'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...polite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )
})

describe('perfectNegotiation: glare', () => {
  it(
    'the polite side rolls its offer back and answers, and offers again when it still needs to',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n----------')
      const command$ = hot('----o-------', given)
      const operations = '  -co-xtdacp--'
      const expected = '    ---O----A-P-'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...polite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'the impolite side ignores the offer, and its own offer is answered',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n-------')
      const command$ = hot('----o-b--', given)
      const operations = '  -co---w--'
      const expected = '    ---O-----'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'an offer that comes while this side makes its own is glare',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const expected = { polite: '---O---A-P', impolite: '---O------' }
      const operations = { polite: '-coxtdacp', impolite: '-co------' }
      for (const [name, role] of [['polite', polite] as const, ['impolite', impolite] as const]) {
        const needed$ = hot(' -n-----')
        const command$ = hot('--o----', given)
        const connection = fakeConnection(tools, { needed$ })
        expectObservable(perfectNegotiation({ ...role, command$ }, connection)).toBe(expected[name], told)
        expectObservable(connection.operation$).toBe(operations[name], done)
      }
    }),
  )

  it(
    'an offer that comes while an answer is being applied is not glare',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n-----------')
      const command$ = hot('----ap-------', given)
      const operations = '  -co-v---u---da'
      const expected = '    ---O----------A'
      const marbles = { setRemoteDescription: '----(x|)' }
      const connection = fakeConnection(tools, { needed$, marbles })
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'an ignored offer that comes again later is still ignored, and the next one is answered',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n-----------')
      const command$ = hot('----o-b--o-p-', given)
      const operations = '  -co---w----uda'
      const expected = '    ---O----------A'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it('both sides agree in the end, whichever offers first and however long a message takes', () => {
    const latencies = [0, 1, 2, 3, 5]
    for (const latency of latencies) for (let lead = -8; lead <= 8; lead++) agreeAfter(lead, latency)
  })

  /** The impolite side needs an offer `lead` frames after the polite one. */
  function agreeAfter(lead: number, latency: number) {
    const connections: FakeConnection[] = []
    marbleTest(({ cold, expectObservable }) => {
      const command$ = {
        polite: new Subject<NegotiationCommand>(),
        impolite: new Subject<NegotiationCommand>(),
      }
      const side = (name: 'polite' | 'impolite', at: number) => {
        const connection = fakeConnection({ cold }, { name, needed$: cold(`${at}ms n`) })
        connections.push(connection)
        const role = name === 'polite' ? polite : impolite
        const other$ = command$[name === 'polite' ? 'impolite' : 'polite']
        return perfectNegotiation({ ...role, command$: command$[name] }, connection).pipe(
          delay(latency),
          tap((event) => other$.next(event)),
        )
      }
      const both$ = merge(side('polite', 10), side('impolite', 10 + lead))
      expectObservable(both$.pipe(ignoreElements())).toBe('-')
    })()

    const [one, other] = connections.map((connection) => ({
      state: connection.signalingState(),
      ...connection.agreed(),
    }))
    expect(one, `lead ${lead}, latency ${latency}`).toEqual({
      state: 'stable',
      local: other?.remote,
      remote: other?.local,
    })
    expect(one?.local).not.toBe('')
  }
})

describe('perfectNegotiation: requests for an offer', () => {
  it(
    'makes an offer when asked, and one more if asked again meanwhile',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('-r-rr--a---b--', given)
      const operations = '  -co----vcp-w--'
      const expected = '    ---O------P---'
      const connection = fakeConnection(tools)
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'asks for an offer, once, when the other side makes them',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -------nn-------n-')
      const command$ = hot('--o--r-----p------', given)
      const operations = '  --tda------udb----'
      const expected = '    -----A-R------B-R-'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...asking, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'does not ask before the first offer, which comes anyway',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n-------')
      const command$ = hot('---o-----', given)
      const expected = '    ------A--'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...asking, command$ }, connection)).toBe(expected, told)
    }),
  )

  it(
    'makes one offer for all needs that are reported while it is being made',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -nn-----')
      const command$ = hot('------a-', given)
      const operations = '  -co---v-'
      const expected = '    ---O----'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'ignores a need that is reported outside of a stable state',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' ---nn----')
      const command$ = hot('-o-------', given)
      const expected = '    -------A-'
      const marbles = { createAnswer: '----(x|)' }
      for (const role of [asking, impolite]) {
        const connection = fakeConnection(tools, { needed$, marbles })
        expectObservable(perfectNegotiation({ ...role, command$ }, connection)).toBe(expected, told)
      }
    }),
  )
})

describe('perfectNegotiation: candidates', () => {
  it(
    'are added in turn, once their description is applied',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('-1-3-o-1-----3-', given)
      const operations = '  -----tda131--3-'
      const expected = '    --------A------'
      const connection = fakeConnection(tools)
      expectObservable(perfectNegotiation({ ...asking, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'of another generation wait for it, and are dropped if it does not come',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('-12-o----21-', given)
      const operations = '  ----tda1--1-'
      const connection = fakeConnection(tools)
      expectObservable(perfectNegotiation({ ...asking, command$ }, connection)).toBe('-------A----', told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'may name their generation by an extension, or not at all if the description names none',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const named = (ufrag: string) => candidate(`candidate:1 ufrag ${ufrag} network-id 1`)
      const values = {
        ...given,
        g: named('T1'),
        h: named('T2'),
        n: { type: 'description', description: { type: 'offer', sdp: 's=theirs 2\r\n' } } as const,
      }
      const command$ = hot('-o---gh---n---h-', values)
      const operations = '  -tda-g----udbhh-'
      const connection = fakeConnection(tools)
      expectObservable(perfectNegotiation({ ...asking, command$ }, connection)).toBe('----A--------B--', told)
      expectObservable(connection.operation$).toBe(operations, {
        ...done,
        g: 'addCandidate candidate:1 ufrag T1 network-id 1',
        h: 'addCandidate candidate:1 ufrag T2 network-id 1',
      })
    }),
  )

  it(
    'may be of any media section, each with its own generation',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const sdp = 's=theirs 1\r\na=ice-ufrag:T1\r\nm=video\r\na=ice-ufrag:T2\r\n'
      const values = { ...given, o: { type: 'description', description: { type: 'offer', sdp } } as const }
      const command$ = hot('-o---12', values)
      const operations = '  -tda-12'
      const connection = fakeConnection(tools)
      expectObservable(perfectNegotiation({ ...asking, command$ }, connection)).toBe('----A--', told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'of an ignored offer are ignored with it',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n-----------')
      const command$ = hot('----o13-b13--', given)
      const operations = '  -co-----w-3--'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe('---O---------', told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'of the answer may come while an offer is ignored, before it',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n--------')
      const command$ = hot('----o2b---', given)
      const operations = '  -co---w2--'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe('---O------', told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'that are refused do not end the connection, nor does the end of candidates',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('-o---1e1f--p---', given)
      const operations = '  -tda-1-1---udb-'
      const expected = '    ----A---------B'
      const marbles = { addCandidate: '-#' }
      const connection = fakeConnection(tools, { marbles })
      expectObservable(perfectNegotiation({ ...asking, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )
})

describe('perfectNegotiation: a restart of ICE', () => {
  const refused = () => {
    throw new Error('this side is not to restart')
  }

  it(
    'is an offer with new credentials, made at once',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('-s---a-r--', given)
      const operations = '  -no--v-cp-'
      const expected = '    ---O-----P'
      const connection = fakeConnection(tools)
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'waits for the answer to the offer that is open, and restarts of that time are one',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n-----------')
      const command$ = hot('--s--s-a----b', given)
      const operations = '  -co----vnp--w'
      const expected = '    ---O------P--'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'waits for the answer of this side to be made',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('-os------', given)
      const operations = '  -tdano---'
      const expected = '    ----A-O--'
      const connection = fakeConnection(tools)
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'whose offer is rolled back in glare comes with the next one',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('-s--o-------', given)
      const operations = '  -no-xtdanp--'
      const expected = '    ---O----A-P-'
      const connection = fakeConnection(tools)
      expectObservable(perfectNegotiation({ ...polite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'drops the candidates from before it, and keeps those that come before the description after it',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('-r--a1-s--12b--12', given)
      const operations = '  -co-v1-np-1-w2--2'
      const expected = '    ---O-----P-------'
      const connection = fakeConnection(tools)
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'is ignored by the side that makes no offers, and by a connection without restarts',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const sides = [
        { role: asking, connection: { ...fakeConnection(tools), restartIce: refused } },
        { role: impolite, connection: fakeConnection(tools, { canRestart: false }) },
      ]
      for (const { role, connection } of sides) {
        const command$ = hot('-s-o---s--', given)
        const operations = '  ---tda----'
        const expected = '    ------A---'
        expectObservable(perfectNegotiation({ ...role, command$ }, connection)).toBe(expected, told)
        expectObservable(connection.operation$).toBe(operations, done)
      }
    }),
  )
})

describe('perfectNegotiation: repeated and unexpected messages', () => {
  it(
    'applies a description once',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n------------')
      const command$ = hot('----aa-a-pp--p', given)
      const operations = '  -co-v----uda--'
      const expected = '    ---O--------A-'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'does not answer an old offer again',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const operations = '  -tda-udb-------'
      const expected = '    ----A---B------'
      for (const role of [impolite, polite, asking]) {
        const command$ = hot('-o---p---oop-po', given)
        const connection = fakeConnection(tools)
        expectObservable(perfectNegotiation({ ...role, command$ }, connection)).toBe(expected, told)
        expectObservable(connection.operation$).toBe(operations, done)
      }
    }),
  )

  it(
    'ignores an answer to an earlier offer',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const command$ = hot('-r--a-r--aab-r--abg-', given)
      const operations = '  -co-v-cp---w-cq---y-'
      const expected = '    ---O----P------Q----'
      const connection = fakeConnection(tools)
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it(
    'ignores an answer to no open offer',
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' ---n---------')
      const command$ = hot('-a----b-a----', given)
      const operations = '  ---co-w------'
      const expected = '    -----O-------'
      const connection = fakeConnection(tools, { needed$ })
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told)
      expectObservable(connection.operation$).toBe(operations, done)
    }),
  )

  it('buffers at most 256 candidates, and a flood of them displaces no description', () => {
    const added: string[] = []
    marbleTest(({ cold, expectObservable, ...tools }) => {
      const flood = Array.from({ length: 300 }, () => '3').join('')
      // Everything waits while the first offer is being applied.
      const command$ = cold(`(${flood}o${flood}${flood}p)`, given)
      const connection = fakeConnection({ cold, ...tools })
      const negotiated$ = perfectNegotiation({ ...asking, command$ }, connection)
      expectObservable(negotiated$).toBe('---A 512ms --B', told)
      connection.operation$.subscribe((operation) => added.push(operation))
    })()
    expect(added.filter((operation) => operation === 'addCandidate c3')).toHaveLength(2 * 256)
  })
})

describe('perfectNegotiation: the end', () => {
  const failed = (operation: NegotiationOperation) =>
    new CallError('negotiation-failed', `${operation} was refused: no`, {
      cause: refusal,
      detail: { operation },
    })

  it.each([
    ['createOffer', '           --#'],
    ['setLocalDescription', '   ---#'],
    ['setRemoteDescription', '  ---O-#'],
  ] as const)('errors when %s is refused on the way to a connection', (operation, expected) =>
    marbleTest(({ hot, expectObservable, expectReleased, ...tools }) => {
      const needed$ = hot(' -n------')
      const command$ = hot('----a---', given)
      const connection = fakeConnection(tools, { needed$, marbles: { [operation]: '-#' } })
      const error = failed(operation)
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe(expected, told, error)
      expectReleased(needed$, command$).by(expected.replaceAll(/\w/g, '-').replace('#', '!'))
    })(),
  )

  it.each([
    ['rollBack', '              ---O-#'],
    ['setRemoteDescription', '  ---O--#'],
    ['createAnswer', '          ---O---#'],
  ] as const)('errors when %s is refused in glare', (operation, expected) =>
    marbleTest(({ hot, expectObservable, ...tools }) => {
      const needed$ = hot(' -n------')
      const command$ = hot('----o---', given)
      const connection = fakeConnection(tools, { needed$, marbles: { [operation]: '-#' } })
      const error = failed(operation)
      expectObservable(perfectNegotiation({ ...polite, command$ }, connection)).toBe(expected, told, error)
    })(),
  )

  it(
    'unsubscribing ends the running operation, and waiting ones never begin',
    marbleTest(({ hot, cold, expectObservable, expectReleased, ...tools }) => {
      const needed$ = hot(' -n-------')
      const command$ = hot('--o-1----', given)
      const offer$ = cold('  -----(x|)')
      const stop = '        -----!---'
      const connection = fakeConnection({ cold, ...tools }, { needed$ })
      const port = { ...connection, createOffer: () => offer$.pipe() as never }
      expectObservable(perfectNegotiation({ ...polite, command$ }, port), stop).toBe('-')
      expectObservable(connection.operation$).toBe('-')
      expectReleased(offer$, needed$, command$).by(stop)
    }),
  )

  it(
    'unsubscribing between an offer and its answer prevents the answer',
    marbleTest(({ hot, cold, expectObservable, expectReleased, ...tools }) => {
      const command$ = hot('-o-------', given)
      const remote$ = cold(' ----(x|)')
      const stop = '        ---!-----'
      const connection = fakeConnection({ cold, ...tools })
      const port = { ...connection, setRemoteDescription: () => remote$ }
      expectObservable(perfectNegotiation({ ...asking, command$ }, port), stop).toBe('-')
      expectObservable(connection.operation$).toBe('-')
      expectReleased(remote$).by(stop)
    }),
  )

  it(
    'starts over with each subscription',
    marbleTest(({ cold, expectObservable, ...tools }) => {
      const command$ = cold('-o----', given)
      const connection = fakeConnection({ cold, ...tools })
      const negotiated$ = perfectNegotiation({ ...asking, command$ }, connection)
      expectObservable(negotiated$, '^-----!').toBe('----A', told)
      expectObservable(negotiated$, '------^').toBe('----------B', told)
    }),
  )

  it(
    'continues when the commands complete',
    marbleTest(({ hot, cold, expectObservable, ...tools }) => {
      const needed$ = hot('---n---')
      const connection = fakeConnection({ cold, ...tools }, { needed$ })
      const command$ = cold<NegotiationCommand>('-|')
      expectObservable(perfectNegotiation({ ...impolite, command$ }, connection)).toBe('-----O-', told)
      expectObservable(perfectNegotiation({ ...impolite, command$: NEVER }, connection), '^-!').toBe('-')
    }),
  )
})
