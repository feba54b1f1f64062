import { delayWhen, filter, merge, mergeMap, of, Subject, throwError, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallError, type PeerEvent } from '../../../../src/core/index.ts'
import { connectedPair, type PairOptions } from '../../support/connected-pair.ts'

const isDisconnected = (event: PeerEvent) =>
  event.type === 'connection-state' && event.state === 'disconnected'

/** Both notice a second after the path is gone. */
const times = { disconnectMs: 1_000 }

/** The client of `slow` notices so much later, if ever. */
const noticesLate = (slow: string, ms: number): PairOptions => ({
  times,
  peer: (port, user, env) => {
    if (user !== slow) return port
    return {
      open: (options, command$) =>
        port
          .open(options, command$)
          .pipe(delayWhen((event) => (isDisconnected(event) ? timer(ms, env.scheduler) : of(0)))),
    }
  },
})
const neverNotices = (blind: string): PairOptions => ({
  times,
  peer: (port, user) => {
    if (user !== blind) return port
    return {
      open: (options, command$) =>
        port.open(options, command$).pipe(filter((event) => !isDisconnected(event))),
    }
  },
})

/** A call whose path is gone for a while, and then there until every plan has come to its end. */
function cutFor(ms: number, options: PairOptions = { times }) {
  const pair = connectedPair(options)
  pair.peers.cut()
  pair.run(ms)
  pair.peers.heal()
  pair.run(100_000)
  return pair
}

const steps = [
  '0 well',
  '1000 disconnected wait 1 until 4000',
  '4000 disconnected restart 1 until 19000',
  '19000 disconnected restart 2 until 31000',
  '31000 disconnected replace 1 until 46000',
]
/** New peer connections after the first one. */
const again = ['36000 disconnected replace 2 until 46000', '41000 disconnected replace 3 until 46000']

describe('a call whose path is lost', () => {
  it('knows nothing of it where that is over before anybody notices', () => {
    const { alice, bob } = cutFor(4_000, {})
    for (const side of [alice, bob]) {
      expect(side.phases).toEqual(['0 connected'])
      expect(side.recoveries).toEqual(['0 well'])
    }
  })

  it.each([
    [3_000, 2, 'comes back by itself', 10],
    [4_000, 3, 'begins to restart, and comes back', 10],
    // From here on candidates are found only when the path is there again.
    [12_000, 3, 'comes back with the restart', 21],
    [25_000, 4, 'comes back with the second restart', 21],
  ])('survives %d ms on both sides, and after %d steps %3$s', (ms, count, _, takes) => {
    const { alice, bob, peers } = cutFor(ms)
    for (const side of [alice, bob]) {
      expect(side.recoveries).toEqual([...steps.slice(0, count), `${ms + takes} well`])
      expect(side.phases).toEqual(['0 connected', '1000 reconnecting', `${ms + takes} connected`])
      expect(side.opened).toEqual([])
      expect(side.errors).toEqual([])
    }
    expect(peers.open()).toBe(2)
  })

  it.each([
    [35_000, 1],
    [40_000, 2],
    [44_000, 3],
  ])('survives %d ms on both sides with new peer connections: %d', (ms, count) => {
    const { alice, bob, peers } = cutFor(ms)
    for (const side of [alice, bob]) {
      expect(side.recoveries).toEqual([...steps, ...again.slice(0, count - 1), `${ms + 21} well`])
      expect(side.phases).toEqual(['0 connected', '1000 reconnecting', `${ms + 21} connected`])
      expect(side.opened.map((each) => each.split(' ')[1])).toEqual(['1', '2', '3'].slice(0, count))
      expect(side.errors).toEqual([])
    }
    expect(peers.open()).toBe(2)
  })

  it('ends on both sides where the path never comes back', () => {
    const { alice, bob, peers, run } = connectedPair({ times })
    peers.cut()
    run(45_999)
    for (const side of [alice, bob]) expect(side.phases).toEqual(['0 connected', '1000 reconnecting'])
    run(100_000)
    for (const side of [alice, bob]) {
      expect(side.recoveries).toEqual([...steps, ...again, '46000 well'])
      expect(side.phases.slice(2)).toEqual(['46000 ended:failed:local'])
      expect(side.errors).toEqual(['46000 connection-failed'])
    }
    expect(peers.open()).toBe(0)
  })

  it('can be lost and found any number of times', () => {
    const { alice, bob, peers, run } = connectedPair({ times })
    for (let count = 0; count < 5; count++) {
      peers.cut()
      run(40_000)
      peers.heal()
      run(1_000)
    }
    for (const side of [alice, bob]) {
      expect(side.phases.at(-1)).toBe('204021 connected')
      expect(side.recoveries.at(-1)).toBe('204021 well')
      expect(side.opened).toHaveLength(10)
    }
  })

  it('does as its settings say', () => {
    const recovery = { waitMs: 1_000, restartMs: 5_000, restarts: 0, replaceMs: 5_000, giveUpMs: 10_000 }
    const { alice, bob } = cutFor(60_000, { times, settings: { recovery } })
    for (const side of [alice, bob]) {
      expect(side.recoveries).toEqual([
        '0 well',
        '1000 disconnected wait 1 until 2000',
        '2000 disconnected replace 1 until 11000',
        '11000 well',
      ])
      expect(side.phases.at(-1)).toBe('11000 ended:failed:local')
    }
  })
})

describe('a path that fails for good', () => {
  it('is restarted at once', () => {
    const { alice, bob, peers, run } = connectedPair()
    peers.fail()
    run(60_000)
    for (const side of [alice, bob]) {
      expect(side.recoveries).toEqual([
        '0 well',
        '0 disconnected wait 1 until 3000',
        '10 failed restart 1 until 15010',
        '44 well',
      ])
      expect(side.phases).toEqual(['0 connected', '0 reconnecting', '44 connected'])
    }
  })
})

describe('a lost path that one side notices later', () => {
  it.each(['alice', 'bob'])('comes back with the second new peer connection: %s', (slow) => {
    const { alice, bob } = cutFor(40_000, noticesLate(slow, 5_500))
    for (const side of [alice, bob]) {
      expect(side.phases.at(-1)).toBe('40021 connected')
      expect(side.recoveries.at(-1)).toBe('40021 well')
      expect(side.opened.map((each) => each.split(' ')[1])).toEqual(['1', '2'])
    }
  })

  it.each(['alice', 'bob'])('comes back where that side never does: %s', (blind) => {
    for (const ms of [12_000, 25_000, 40_000]) {
      const { alice, bob } = cutFor(ms, neverNotices(blind))
      for (const side of [alice, bob]) {
        expect(side.phases.at(-1)?.split(' ')[1]).toBe('connected')
        expect(side.recoveries.at(-1)).toMatch(/well$/)
        expect(side.opened.length).toBeLessThanOrEqual(2)
      }
    }
  })

  it.each(['alice', 'bob'])('ends on both sides where it never comes back: %s', (blind) => {
    const { alice, bob, peers, run } = connectedPair(neverNotices(blind))
    peers.cut()
    run(100_000)
    for (const side of [alice, bob]) {
      expect(side.phases.at(-1)).toMatch(/^460[01]\d ended:failed:/)
      expect(side.recoveries.at(-1)).toMatch(/well$/)
    }
    expect(peers.open()).toBe(0)
  })
})

describe('a lost path while the relay is away', () => {
  it.each([12_000, 20_000])('comes back, both after %d ms', (ms) => {
    const { alice, bob, peers, relay, run } = connectedPair({ times })
    peers.cut()
    relay.restart(ms)
    run(ms)
    peers.heal()
    run(60_000)
    for (const side of [alice, bob]) {
      expect(side.phases.at(-1)).toBe(`${ms + 10} connected`)
      expect(side.recoveries.at(-1)).toBe(`${ms + 10} well`)
    }
  })

  it.each(['alice', 'bob'] as const)('comes back where one side lost both: %s', (user) => {
    const pair = connectedPair({ times })
    pair.peers.cut()
    pair.relay.cut(pair[user].party, 30_000)
    pair.run(30_000)
    pair.peers.heal()
    pair.run(60_000)
    for (const side of [pair.alice, pair.bob]) {
      expect(side.phases.at(-1)).toMatch(/^300\d\d connected$/)
      expect(side.recoveries.at(-1)).toMatch(/well$/)
    }
  })

  it('ends on both sides, though neither can tell the other', () => {
    const { alice, bob, peers, relay, run } = connectedPair({ times })
    peers.cut()
    relay.restart(200_000)
    run(100_000)
    for (const side of [alice, bob]) expect(side.phases.at(-1)).toBe('46000 ended:failed:local')
    expect(peers.open()).toBe(0)
  })
})

describe('a peer connection that is replaced because a description could not be applied', () => {
  const breaks = (user: string, changed: { readonly failMs?: number } = {}) => {
    const broken$ = new Subject<void>()
    const error = new CallError('negotiation-failed', 'bad description')
    const pair = connectedPair({
      times: { ...times, ...changed },
      peer: (port, each) => {
        if (each !== user) return port
        const rejected$ = broken$.pipe(mergeMap(() => throwError(() => error)))
        return { open: (options, command$) => merge(port.open(options, command$), rejected$) }
      },
    })
    return { ...pair, breakOff: () => broken$.next() }
  }

  it.each(['alice', 'bob'])('is well again on both sides when the new one connects: %s', (user) => {
    const { alice, bob, run, breakOff } = breaks(user)
    breakOff()
    run(100_000)
    for (const side of [alice, bob]) {
      expect(side.phases.at(-1)).toMatch(/^\d\d connected$/)
      expect(side.recoveries.at(-1)).toMatch(/^\d\d well$/)
      expect(side.opened).toHaveLength(1)
    }
  })

  it.each(['alice', 'bob'])('ends in time where the new one never connects: %s', (user) => {
    const { alice, bob, peers, run, breakOff } = breaks(user, { failMs: 1_000_000 })
    peers.cut()
    breakOff()
    run(60_000)
    for (const side of [alice, bob]) expect(side.phases.at(-1)).toMatch(/^4[56]\d\d\d ended:failed:/)
    expect(peers.open()).toBe(0)
  })
})
