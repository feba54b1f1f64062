import { describe, expect, it } from 'vitest'
import type { Description } from '../../../src/core/index.ts'
import { remoteSignalQueue } from '../../../src/core/negotiation/remote-signal-queue.ts'

describe('remoteSignalQueue', () => {
  const candidate = (n: number) => ({ candidate: `candidate ${n}`, sdpMid: '0' })
  const offer = (n: number): Description => ({ type: 'offer', sdp: `offer ${n}` })
  const answer = (n: number): Description => ({ type: 'answer', sdp: `answer ${n}` })

  function setUp(role: 'offerer' | 'answerer', signalingState: RTCSignalingState = 'stable') {
    const connection = { signalingState }
    const log: string[] = []
    const remote = remoteSignalQueue({
      role,
      connection,
      signal: (signal) => log.push(signal.type === 'candidate' ? signal.candidate.candidate : signal.sdp),
    })
    const reach = (state: RTCSignalingState) => {
      connection.signalingState = state
      remote.signalingStateChanged()
    }
    return { remote, log, reach }
  }

  it('buffers candidates until their description is applied', () => {
    const { remote, log, reach } = setUp('answerer')
    remote.candidate(candidate(1))
    remote.description(offer(1))
    remote.candidate(candidate(2))
    expect(log).toEqual(['offer 1'])
    reach('have-remote-offer')
    remote.applied()
    expect(log).toEqual(['offer 1', 'candidate 1', 'candidate 2'])
    reach('stable')
    remote.description(offer(2))
    remote.candidate(candidate(3))
    expect(log.slice(3)).toEqual(['offer 2'])
    remote.applied()
    expect(log.slice(3)).toEqual(['offer 2', 'candidate 3'])
  })

  it('buffers candidates of the next generation, and drops those of the one before', () => {
    const { remote, log } = setUp('answerer')
    const of = (ufrag: string, n: number) => ({ ...candidate(n), usernameFragment: ufrag })
    const offerOf = (ufrag: string): Description => ({ type: 'offer', sdp: `a=ice-ufrag:${ufrag}\r\n` })
    remote.description(offerOf('one'))
    remote.applied()
    remote.candidate(of('one', 1))
    remote.candidate(of('two', 2))
    expect(log.slice(1)).toEqual(['candidate 1'])
    remote.description(offerOf('two'))
    remote.candidate(of('one', 3))
    remote.candidate(of('two', 4))
    remote.applied()
    remote.candidate(of('one', 5))
    remote.candidate(of('two', 6))
    expect(log.slice(3)).toEqual(['candidate 2', 'candidate 4', 'candidate 6'])
  })

  it('candidates of an unknown generation displace no others', () => {
    const { remote, log } = setUp('answerer')
    remote.description({ type: 'offer', sdp: 'a=ice-ufrag:one\r\n' })
    remote.applied()
    for (let n = 1; n <= 1000; n++) remote.candidate({ ...candidate(n), usernameFragment: 'gone' })
    remote.candidate({ ...candidate(1001), usernameFragment: 'one' })
    expect(log.slice(1)).toEqual(['candidate 1001'])
  })

  it('buffers an offer, and what follows it, until the one before is answered', () => {
    const { remote, log, reach } = setUp('answerer')
    remote.description(offer(1))
    reach('have-remote-offer')
    remote.applied()
    remote.description(offer(2))
    remote.candidate(candidate(1))
    expect(log).toEqual(['offer 1'])
    reach('stable')
    expect(log).toEqual(['offer 1', 'offer 2'])
    remote.applied()
    expect(log).toEqual(['offer 1', 'offer 2', 'candidate 1'])
  })

  it('drops an answer without an open offer, and an offer to the offerer', () => {
    const { remote, log, reach } = setUp('offerer')
    remote.description(answer(1))
    remote.description(offer(1))
    reach('have-local-offer')
    remote.description(offer(2))
    remote.description(answer(2))
    remote.description(answer(3))
    reach('stable')
    remote.applied()
    expect(log).toEqual(['answer 2'])
    reach('have-local-offer')
    remote.description(answer(2))
    remote.description(answer(4))
    expect(log).toEqual(['answer 2', 'answer 4'])
  })

  it('drops a description that was already applied, even after later ones', () => {
    const answerer = setUp('answerer')
    for (const n of [1, 2, 3, 1, 2, 3]) {
      answerer.remote.description(offer(n))
      answerer.remote.applied()
    }
    expect(answerer.log).toEqual(['offer 1', 'offer 2', 'offer 3'])

    const offerer = setUp('offerer', 'have-local-offer')
    for (const n of [1, 2, 1, 3]) {
      offerer.remote.description(answer(n))
      offerer.remote.applied()
    }
    expect(offerer.log).toEqual(['answer 1', 'answer 2', 'answer 3'])
  })

  it('buffers at most 256 candidates, and still has room for a description', () => {
    const { remote, log, reach } = setUp('answerer')
    for (let n = 1; n <= 1000; n++) remote.candidate(candidate(n))
    remote.description(offer(1))
    expect(log).toEqual(['offer 1'])
    remote.applied()
    expect(log).toHaveLength(257)
    expect(log.at(-1)).toBe('candidate 256')

    reach('have-remote-offer')
    for (let n = 2; n <= 1000; n++) remote.description(offer(n))
    for (let turn = 0; turn < 1000; turn++) {
      reach('stable')
      remote.applied()
    }
    expect(log.length).toBeLessThan(257 + 265)
    remote.candidate(candidate(1))
    expect(log.at(-1)).toBe('candidate 1')
  })

  it('has room for a description after a flood of candidates during an offer', () => {
    const { remote, log } = setUp('answerer')
    remote.description(offer(1))
    for (let n = 1; n <= 1000; n++) remote.candidate(candidate(n))
    remote.description(offer(2))
    remote.applied()
    expect(log.at(-1)).toBe('offer 2')
  })

  it('drops a candidate without a media section, which no connection accepts', () => {
    const { remote, log } = setUp('answerer')
    remote.candidate({ candidate: 'nowhere' })
    remote.description(offer(1))
    remote.candidate({ candidate: 'nowhere', sdpMid: null, sdpMLineIndex: null })
    remote.candidate({ candidate: 'first section', sdpMLineIndex: 0 })
    remote.candidate(null)
    remote.applied()
    expect(log).toEqual(['offer 1', 'first section'])
  })
})
