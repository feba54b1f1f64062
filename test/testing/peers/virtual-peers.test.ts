import { filter, merge } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallError, type PeerEvent } from '../../../src/core/index.ts'
import { marbles, virtualPeers } from '../../../src/testing/index.ts'
import { at, peerPair } from './linked.ts'

const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)
const isOffer = (event: PeerEvent) => event.type === 'description' && event.description.type === 'offer'
const isAnswer = (event: PeerEvent) => event.type === 'description' && event.description.type === 'answer'
const isOpen = (word: string) => word === 'data-open'

/** Without the end of candidates, which raw simple-peer does not survive. */
const noEnd = (_from: string, event: PeerEvent) =>
  event.type === 'candidate' && event.candidate === null ? [] : [event]
const twice = (is: (event: PeerEvent) => boolean) => (from: string, event: PeerEvent) =>
  is(event) ? [event, event] : noEnd(from, event)
const refused = (detail: string, message: string) => new CallError('negotiation-failed', message, { detail })

describe('a virtual peer', () => {
  it(
    'connects, each side in its time',
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
  ])('survives that an %s comes twice', (_what, is) => {
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$ } = peerPair(virtualPeers(env).port, twice(is))
      expectObservable(answerer$.pipe(filter(isOpen))).toBe('14ms o', { o: 'data-open' })
      expectObservable(offerer$.pipe(filter(isOpen))).toBe(' 14ms o', { o: 'data-open' })
    })()
  })

  it(
    'completes when the other side is unsubscribed from, and nothing is left open',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$ } = peerPair(peers.port)
      expectObservable(answerer$.pipe(filter(isOpen))).toBe('14ms o 90ms |', { o: 'data-open' })
      expectObservable(offerer$.pipe(filter(isOpen)), '    100ms !').toBe('14ms o', { o: 'data-open' })
      expectObservable(at(env, { 106: () => expect(peers.open()).toBe(0) })).toBe('106ms |')
    }),
  )

  it(
    'errors with connection-failed when its path is gone for good',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$ } = peerPair(peers.port)
      const error = new CallError('connection-failed', 'the virtual connection has lost its path')
      expectObservable(offerer$.pipe(filter(isOpen))).toBe('14ms o 95ms #', { o: 'data-open' }, error)
      expectObservable(merge(answerer$.pipe(filter(isOpen)), at(env, { 100: () => peers.fail() }))).toBe(
        '14ms o 95ms #',
        { o: 'data-open' },
        error,
      )
    }),
  )
})

describe('a peer like simple-peer', () => {
  it(
    'connects where nothing goes wrong',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$ } = peerPair(virtualPeers(env).simplePeerLike, noEnd)
      expectObservable(answerer$.pipe(filter(isOpen))).toBe('19ms o', { o: 'data-open' })
      expectObservable(offerer$.pipe(filter(isOpen))).toBe(' 19ms o', { o: 'data-open' })
    }),
  )

  it(
    'does not survive an answer that comes twice',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$ } = peerPair(virtualPeers(env).simplePeerLike, twice(isAnswer))
      const error = refused('ERR_SET_REMOTE_DESCRIPTION', 'this answer does not fit stable')
      expectObservable(answerer$.pipe(filter(isOpen)), '20s !').toBe('-')
      expectObservable(offerer$.pipe(filter(isOpen))).toBe('9ms #', undefined, error)
    }),
  )

  it(
    'does not survive an offer that comes twice at once',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const { offerer$, answerer$ } = peerPair(virtualPeers(env).simplePeerLike, twice(isOffer))
      const error = refused('ERR_SET_LOCAL_DESCRIPTION', 'this is not the answer that was created last')
      expectObservable(answerer$.pipe(filter(isOpen))).toBe('9ms #', undefined, error)
      expectObservable(offerer$.pipe(filter(isOpen))).toBe('-')
    }),
  )

  it(
    'waits for ever for an answer that is lost, and makes no other offer',
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
      const error = refused('ERR_SIGNALING', 'the signal is none of its own')
      expectObservable(merge(answerer$, at(env, { 5: end }))).toBe('5ms #', undefined, error)
    }),
  )

  it(
    'destroys itself when ICE fails',
    marbles(assertEqual, ({ env, expectObservable }) => {
      const peers = virtualPeers(env)
      const { offerer$, answerer$ } = peerPair(peers.simplePeerLike, noEnd)
      const detail = 'ERR_ICE_CONNECTION_FAILURE'
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
