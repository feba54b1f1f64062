import { filter, ignoreElements, merge, reduce, takeUntil, timer, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallError, type PeerEvent } from '../../../src/core/index.ts'
import { fakeTrack, marbles, virtualPeers } from '../../../src/testing/index.ts'
import { at, peerPair } from '../support/linked.ts'

const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)
const isOffer = (event: PeerEvent) => event.type === 'description' && event.description.type === 'offer'
const isAnswer = (event: PeerEvent) => event.type === 'description' && event.description.type === 'answer'
const isOpen = (word: string) => word === 'data-open'

/** Without the end of candidates, which raw simple-peer does not survive. */
const noEnd = (_from: string, event: PeerEvent) =>
  event.type === 'candidate' && event.candidate === null ? [] : [event]
const twice = (is: (event: PeerEvent) => boolean) => (from: string, event: PeerEvent) =>
  is(event) ? [event, event] : noEnd(from, event)
const refused = (peerCode: string, message: string) =>
  new CallError('negotiation-failed', message, { detail: { peerCode } })

describe('a virtual peer', () => {
  it(
    'connects each side in its time',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$ } = peerPair(virtualPeers(env).port)
      const values = { k: 'connection connecting', c: 'connection connected', o: 'data-open' }
      const isMilestone = (word: string) => isOpen(word) || word.startsWith('connection')
      expectObservable(answerer$.pipe(filter(isMilestone))).toBe('---k 10ms (co)', values)
      expectObservable(offerer$.pipe(filter(isMilestone))).toBe(' ----k 9ms (co)', values)
    }),
  )

  it.each([
    ['offer', isOffer],
    ['answer', isAnswer],
  ])('survives a repeated %s', (_what, is) => {
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$ } = peerPair(virtualPeers(env).port, twice(is))
      expectObservable(answerer$.pipe(filter(isOpen))).toBe('14ms o', { o: 'data-open' })
      expectObservable(offerer$.pipe(filter(isOpen))).toBe(' 14ms o', { o: 'data-open' })
    })()
  })

  it(
    'completes when the other side is unsubscribed, and leaves nothing open',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$ } = peerPair(peers.port)
      expectObservable(answerer$.pipe(filter(isOpen))).toBe('14ms o 90ms |', { o: 'data-open' })
      expectObservable(offerer$.pipe(filter(isOpen)), '    100ms !').toBe('14ms o', { o: 'data-open' })
      expectObservable(at(env, { 106: () => expect(peers.open()).toBe(0) })).toBe('106ms |')
    }),
  )

  it(
    'reports that its path is gone permanently, and stays open',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$ } = peerPair(peers.port)
      const states = { c: 'connection connected', d: 'connection disconnected', f: 'connection failed' }
      const isSettled = (word: string) => Object.values(states).includes(word)
      for (const peer$ of [offerer$, answerer$])
        expectObservable(peer$.pipe(filter(isSettled)), '60s !').toBe('14ms c 85ms d 9ms f', states)
      expectObservable(at(env, { 100: () => peers.fail() })).toBe('100ms |')
    }),
  )
})

describe('a restart of a virtual peer', () => {
  const states = {
    k: 'connection connecting',
    c: 'connection connected',
    d: 'connection disconnected',
    f: 'connection failed',
  }
  const isState = (word: string) => Object.values(states).includes(word)
  const restart = { type: 'restart' } as const

  it(
    'recovers from failed',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$, command$ } = peerPair(peers.port)
      const doings = { 100: () => peers.fail(), 200: () => command$.offerer.next(restart) }
      const answerer = '---k 10ms c 85ms d 9ms f 92ms k 10ms c'
      const offerer = ' ----k 9ms c 85ms d 9ms f 93ms k 9ms c'
      expectObservable(answerer$.pipe(filter(isState)), '60s !').toBe(answerer, states)
      expectObservable(offerer$.pipe(filter(isState)), ' 60s !').toBe(offerer, states)
      expectObservable(at(env, doings)).toBe('200ms |')
    }),
  )

  it.each(['port', 'nativeLike'] as const)('recovers when its candidates overtake its offer (%s)', (kind) => {
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const late: PeerEvent[] = []
      const { offerer$, answerer$, command$ } = peerPair(peers[kind], (from, event) => {
        if (from === 'answerer') return event.type === 'candidate' ? [] : [event]
        if (isOffer(event) && env.scheduler.now() >= 200) late.push(event)
        else if (event.type === 'candidate' && event.candidate === null) return [event, ...late.splice(0)]
        else return [event]
        return []
      })
      const doings = { 100: () => peers.fail(), 200: () => command$.offerer.next(restart) }
      const answerer = {
        port: '---k 10ms c 85ms d 9ms f 95ms k 10ms c',
        nativeLike: '-----k 10ms c 83ms d 9ms f 97ms k 10ms c',
      }
      expectObservable(answerer$.pipe(filter(isState)), '60s !').toBe(answerer[kind], states)
      expectObservable(offerer$.pipe(ignoreElements()), '60s !').toBe('-')
      expectObservable(at(env, doings)).toBe('200ms |')
    })()
  })

  it(
    'recovers as soon as the path is repaired, and fails again otherwise',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env, { disconnectMs: 10, failMs: 50 })
      const { offerer$, answerer$, command$ } = peerPair(peers.port)
      const again = () => command$.offerer.next(restart)
      const doings = {
        100: () => peers.cut(),
        200: again,
        300: again,
        320: () => peers.heal(),
      }
      const answerer = '---k 10ms c 95ms d 39ms f 52ms k 49ms f 49ms k 27ms c'
      expectObservable(answerer$.pipe(filter(isState)), '60s !').toBe(answerer, states)
      expectObservable(offerer$.pipe(ignoreElements()), '60s !').toBe('-')
      expectObservable(at(env, doings)).toBe('320ms |')
    }),
  )

  it(
    'that failed is repeated by another restart, not by an offer alone',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env, { disconnectMs: 10, failMs: 50 })
      const { offerer$, answerer$, command$ } = peerPair(peers.port)
      const doings = {
        100: () => peers.cut(),
        200: () => command$.offerer.next(restart),
        300: () => peers.heal(),
        400: () => command$.offerer.next({ type: 'renegotiate' }),
        500: () => command$.offerer.next(restart),
      }
      const answerer = '---k 10ms c 95ms d 39ms f 52ms k 49ms f 249ms k 10ms c'
      expectObservable(answerer$.pipe(filter(isState)), '60s !').toBe(answerer, states)
      expectObservable(offerer$.pipe(ignoreElements()), '60s !').toBe('-')
      expectObservable(at(env, doings)).toBe('500ms |')
    }),
  )

  it(
    'is ignored by the answerer, and a new offer alone does not recover',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$, command$ } = peerPair(peers.port)
      const doings = {
        100: () => peers.fail(),
        200: () => command$.answerer.next(restart),
        300: () => command$.offerer.next({ type: 'renegotiate' }),
      }
      const isOfInterest = (word: string) => isState(word) || word === 'offer'
      const offerer = '-o--k 9ms c 85ms d 9ms f 190ms o'
      expectObservable(offerer$.pipe(filter(isOfInterest)), '60s !').toBe(offerer, { ...states, o: 'offer' })
      expectObservable(answerer$.pipe(filter((word) => word === 'renegotiate')), '60s !').toBe('')
      expectObservable(at(env, doings)).toBe('300ms |')
    }),
  )
})

describe('text of a virtual peer', () => {
  const texts = { 1: 'data one', 2: 'data two', 3: 'data three' }
  const isText = (word: string) => word.startsWith('data ')
  const send = (data: string) => ({ type: 'send', data }) as const

  it(
    'that is sent while the path is broken arrives in order when it works again',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$, command$ } = peerPair(peers.port)
      const doings = {
        50: () => command$.offerer.next(send('one')),
        100: () => peers.cut(),
        200: () => command$.offerer.next(send('two')),
        // Disconnected since 5100, so that it takes another 10 ms to connect.
        5500: () => command$.offerer.next(send('three')),
        6000: () => peers.heal(),
      }
      expectObservable(offerer$.pipe(ignoreElements()), '60s !').toBe('-')
      expectObservable(answerer$.pipe(filter(isText)), '60s !').toBe('55ms 1 5959ms (23)', texts)
      expectObservable(at(env, doings)).toBe('6s |')
    }),
  )

  it(
    'that is sent after a short break, or after it failed, arrives as soon as there is a path',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$, command$ } = peerPair(peers.port)
      const doings = {
        100: () => peers.cut(),
        150: () => command$.answerer.next(send('one')),
        200: () => peers.heal(),
        300: () => peers.fail(),
        400: () => command$.answerer.next(send('two')),
        500: () => command$.offerer.next({ type: 'restart' }),
      }
      expectObservable(answerer$.pipe(ignoreElements()), '60s !').toBe('-')
      expectObservable(offerer$.pipe(filter(isText)), '60s !').toBe('205ms 1 313ms 2', texts)
      expectObservable(at(env, doings)).toBe('500ms |')
    }),
  )

  it(
    'is lost with the connection',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$, command$ } = peerPair(peers.port)
      const doings = {
        100: () => peers.cut(),
        150: () => command$.offerer.next(send('one')),
        300: () => peers.heal(),
      }
      expectObservable(offerer$.pipe(ignoreElements()), '200ms !').toBe('-')
      expectObservable(answerer$.pipe(filter(isText)), '60s !').toBe('')
      expectObservable(at(env, doings)).toBe('300ms |')
    }),
  )
})

describe('what a virtual peer receives', () => {
  it(
    'increases while the connection is up, and stops while the path is broken',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$, command$ } = peerPair(peers.port)
      const measure = () => command$.offerer.next({ type: 'measure' })
      const doings = {
        0: measure,
        99: measure,
        199: () => peers.cut(),
        200: measure,
        7000: measure,
        8000: () => peers.heal(),
        8109: measure,
      }
      const isReceived = (word: string) => word.startsWith('received')
      const values = {
        n: 'received 0',
        // Up since 14 ms.
        a: 'received 8600',
        b: 'received 18500',
        c: 'received 28500',
      }
      expectObservable(offerer$.pipe(filter(isReceived)), '60s !').toBe(
        '-n 98ms a 100ms b 6799ms b 1108ms c',
        values,
      )
      expectObservable(answerer$.pipe(ignoreElements()), '60s !').toBe('-')
      expectObservable(at(env, doings)).toBe('8109ms |')
    }),
  )
})

describe('tracks of a virtual peer', () => {
  const isOfInterest = (word: string) => /^(track|offer|renegotiate)/.test(word)
  const values = {
    o: 'offer',
    r: 'renegotiate',
    v: 'track-added video',
    a: 'track-added audio',
  }
  const track = (id: string, kind: 'audio' | 'video') =>
    ({ type: 'track', kind, track: fakeTrack(id, kind) as unknown as MediaStreamTrack }) as const

  it(
    'change without a new offer, also to nothing and back',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$, command$ } = peerPair(virtualPeers(env).port)
      const doings = {
        100: () => command$.offerer.next(track('another', 'video')),
        200: () => command$.answerer.next({ type: 'track', kind: 'audio', track: null }),
        300: () => command$.answerer.next(track('one more', 'audio')),
        400: () => command$.offerer.next({ ...track('wrong', 'audio'), kind: 'video' }),
      }
      expectObservable(offerer$.pipe(filter(isOfInterest)), '1s !').toBe('-o--(av)', values)
      expectObservable(answerer$.pipe(filter(isOfInterest)), '1s !').toBe('--(av)', values)
      expectObservable(at(env, doings)).toBe('400ms |')
    }),
  )

  it(
    'reach a side that sent none with one new offer, in one stream',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const streams = new Set<string>()
      const { offerer$, answerer$, command$ } = peerPair(
        virtualPeers(env).port,
        (from, event) => {
          if (event.type === 'track-added' && from === 'offerer') streams.add(event.stream.id)
          return [event]
        },
        { offerer: null, answerer: null },
      )
      const doings = {
        100: () => {
          command$.answerer.next({ type: 'track', kind: 'video', track: null })
          command$.answerer.next(track('mine', 'video'))
          command$.answerer.next(track('mine too', 'audio'))
        },
        200: () => expect(streams.size).toBe(1),
      }
      expectObservable(answerer$.pipe(filter(isOfInterest)), '1s !').toBe('100ms r', values)
      expectObservable(offerer$.pipe(filter(isOfInterest)), '1s !').toBe('-o 99ms o--(av)', values)
      expectObservable(at(env, doings)).toBe('200ms |')
    }),
  )
})

type Kind = 'port' | 'nativeLike'
const mixes: readonly (readonly [Kind, Kind])[] = [
  ['port', 'nativeLike'],
  ['nativeLike', 'port'],
  ['nativeLike', 'nativeLike'],
]

describe.each(mixes)('an offerer of %s and an answerer of %s', (offerer, answerer) => {
  const isOfInterest = (word: string) => isOpen(word) || word.startsWith('track') || word === 'offer'
  const tracks = { a: 'track-added audio', v: 'track-added video', o: 'data-open', n: 'offer' }
  type Peers = ReturnType<typeof virtualPeers>
  const pairOf = (peers: Peers, change?: Parameters<typeof peerPair>[1]) =>
    peerPair({ offerer: peers[offerer], answerer: peers[answerer] }, change)

  it(
    'connect, with the tracks of both',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$ } = pairOf(virtualPeers(env))
      const words = (peer$: Observable<string>) =>
        peer$.pipe(
          filter(isOfInterest),
          takeUntil(timer(100, env.scheduler)),
          reduce((all, word) => `${all}, ${word}`),
        )
      const [a, v, o] = [tracks.a, tracks.v, tracks.o]
      expectObservable(words(answerer$), '101ms !').toBe('100ms (w|)', { w: `${a}, ${v}, ${o}` })
      expectObservable(words(offerer$), '101ms !').toBe('100ms (w|)', { w: `offer, ${a}, ${v}, ${o}` })
    }),
  )

  it(
    'recover by an ICE restart after their path failed',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$, command$ } = pairOf(peers)
      const states = ['connection failed', 'connection connected']
      const ends = (peer$: Observable<string>) =>
        peer$.pipe(
          filter((word) => states.includes(word)),
          takeUntil(timer(400, env.scheduler)),
          reduce((all, word) => `${all}, ${word}`),
        )
      const there = { w: 'connection connected, connection failed, connection connected' }
      expectObservable(ends(answerer$), '401ms !').toBe('400ms (w|)', there)
      expectObservable(ends(offerer$), '401ms !').toBe('400ms (w|)', there)
      const doings = { 100: () => peers.fail(), 200: () => command$.offerer.next({ type: 'restart' }) }
      expectObservable(at(env, doings)).toBe('200ms |')
    }),
  )

  it(
    'make one new offer for a track of the answerer, who asks for it',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const streams = { offerer: null, answerer: null }
      const { offerer$, answerer$, command$ } = peerPair(
        { offerer: peers[offerer], answerer: peers[answerer] },
        undefined,
        streams,
      )
      const track = fakeTrack('late', 'audio') as unknown as MediaStreamTrack
      const isOffer = (word: string) => word === 'offer' || word === tracks.a
      const words = (peer$: Observable<string>, is: (word: string) => boolean) =>
        peer$.pipe(
          filter(is),
          takeUntil(timer(300, env.scheduler)),
          reduce((all, word) => `${all}, ${word}`),
        )
      const asks = (word: string) => word === 'renegotiate'
      expectObservable(words(answerer$, asks), '301ms !').toBe('300ms (w|)', { w: 'renegotiate' })
      expectObservable(words(offerer$, isOffer), '301ms !').toBe('300ms (w|)', {
        w: `offer, offer, ${tracks.a}`,
      })
      const send = () => command$.answerer.next({ type: 'track', kind: 'audio', track })
      expectObservable(at(env, { 100: send })).toBe('100ms |')
    }),
  )

  it(
    'treat a channel that closes in a failed connection as broken',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env, { failMs: 50 })
      let answers = 0
      const late: PeerEvent[] = []
      const holdSecond = (_from: string, event: PeerEvent) => {
        if (!isAnswer(event) || ++answers === 1) return [event]
        late.push(event)
        return []
      }
      const { offerer$, answerer$, command$ } = pairOf(peers, holdSecond)
      const error = new CallError('connection-failed', 'the data channel closed when the connection failed')
      const isFailed = (word: string) => word === 'connection failed'
      expectObservable(answerer$.pipe(ignoreElements())).toBe('405ms #', undefined, error)
      expectObservable(offerer$.pipe(filter(isFailed)), '400ms !').toBe('110ms f', { f: 'connection failed' })
      const answer = () => {
        for (const event of late) if (event.type === 'description') command$.offerer.next(event)
      }
      const doings = {
        100: () => peers.fail(),
        150: () => command$.offerer.next({ type: 'restart' }),
        300: answer,
      }
      expectObservable(at(env, doings)).toBe('300ms |')
    }),
  )
})

describe('a peer like simple-peer', () => {
  it(
    'connects when nothing goes wrong',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$ } = peerPair(virtualPeers(env).simplePeerLike, noEnd)
      expectObservable(answerer$.pipe(filter(isOpen))).toBe('19ms o', { o: 'data-open' })
      expectObservable(offerer$.pipe(filter(isOpen))).toBe(' 19ms o', { o: 'data-open' })
    }),
  )

  it(
    'does not survive a repeated answer',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$ } = peerPair(virtualPeers(env).simplePeerLike, twice(isAnswer))
      const error = refused('ERR_SET_REMOTE_DESCRIPTION', 'this answer does not fit stable')
      expectObservable(answerer$.pipe(filter(isOpen)), '20s !').toBe('-')
      expectObservable(offerer$.pipe(filter(isOpen))).toBe('9ms #', undefined, error)
    }),
  )

  it(
    'does not survive two copies of an offer at once',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$ } = peerPair(virtualPeers(env).simplePeerLike, twice(isOffer))
      const error = refused('ERR_SET_LOCAL_DESCRIPTION', 'this is not the answer that was created last')
      expectObservable(answerer$.pipe(filter(isOpen))).toBe('9ms #', undefined, error)
      expectObservable(offerer$.pipe(filter(isOpen))).toBe('-')
    }),
  )

  it(
    'waits forever for a lost answer, and makes no other offer',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const lost = (from: string, event: PeerEvent) => (isAnswer(event) ? [] : noEnd(from, event))
      const { offerer$, answerer$, command$ } = peerPair(virtualPeers(env).simplePeerLike, lost)
      const isOfferWord = (word: string) => word === 'offer'
      expectObservable(answerer$.pipe(filter(isOpen)), '200ms !').toBe('-')
      expectObservable(offerer$.pipe(filter(isOfferWord)), '200ms !').toBe('--o', { o: 'offer' })
      expectObservable(at(env, { 100: () => command$.offerer.next({ type: 'renegotiate' }) })).toBe('100ms |')
    }),
  )

  it(
    'does not survive the end of candidates',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { answerer$, command$ } = peerPair(virtualPeers(env).simplePeerLike, noEnd)
      const end = () => command$.answerer.next({ type: 'candidate', candidate: null })
      const error = refused('ERR_SIGNALING', 'unknown signal')
      expectObservable(merge(answerer$, at(env, { 5: end }))).toBe('5ms #', undefined, error)
    }),
  )

  it(
    'destroys itself when ICE fails',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$ } = peerPair(peers.simplePeerLike, noEnd)
      const detail = { peerCode: 'ERR_ICE_CONNECTION_FAILURE' }
      const error = new CallError('connection-failed', 'Ice connection failed.', { detail })
      expectObservable(offerer$.pipe(filter(isOpen))).toBe('19ms o 90ms #', { o: 'data-open' }, error)
      expectObservable(merge(answerer$.pipe(filter(isOpen)), at(env, { 100: () => peers.fail() }))).toBe(
        '19ms o 90ms #',
        { o: 'data-open' },
        error,
      )
    }),
  )
})
