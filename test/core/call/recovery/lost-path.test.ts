import { delayWhen, filter, of, timer } from 'rxjs'
import { describe, it } from 'vitest'
import type { PeerEvent } from '../../../../src/core/index.ts'
import { score } from '../../support/score/score.ts'
import { performTwoClients, type TwoClientsLanes, type User } from '../../support/score/two-clients.ts'

const twoClients = score(performTwoClients, {
  path: { x: 'cut', o: 'heal', f: 'fail' },
  broken: { a: 'alice', b: 'bob' },
  phase: { c: 'connected', r: 'reconnecting', l: 'ended:failed:local', f: 'ended:failed:remote' },
  recovery: {
    w: 'well',
    t: 'disconnected wait 1 until 4000',
    i: 'disconnected restart 1 until 19000',
    j: 'disconnected restart 2 until 31000',
    1: 'disconnected replace 1 until 46000',
    2: 'disconnected replace 2 until 46000',
    3: 'disconnected replace 3 until 46000',
  },
  health: { w: 'well', r: 'recovering' },
  opened: { ...Object.fromEntries(Array.from('0123456789', (epoch) => [epoch, epoch])), t: '10' },
  error: { f: 'connection-failed', u: 'relay-unreachable' },
})

/** Both sides notice a second after the path is gone. */
const times = { disconnectMs: 1_000 }

/** The same lanes for both sides. */
const both = (
  lanes: Readonly<Partial<Record<'phase' | 'recovery' | 'opened' | 'error', string>>>,
): TwoClientsLanes =>
  Object.fromEntries(
    Object.entries(lanes).flatMap(([name, marbles]) => [
      [`alice ${name}`, marbles],
      [`bob ${name}`, marbles],
    ]),
  )

const isDisconnected = (event: PeerEvent) =>
  event.type === 'connection-state' && event.state === 'disconnected'

/** The client of `slow` notices later by this time. */
const noticesLate = (slow: User, ms: number): TwoClientsLanes => ({
  times,
  peer: (port, user, env) => {
    if (user !== slow) return port
    const late = (event: PeerEvent) => (isDisconnected(event) ? timer(ms, env.scheduler) : of(0))
    return { open: (options, command$) => port.open(options, command$).pipe(delayWhen(late)) }
  },
})
const neverNotices = (blind: User): TwoClientsLanes => ({
  times,
  peer: (port, user) => {
    if (user !== blind) return port
    return {
      open: (options, command$) =>
        port.open(options, command$).pipe(filter((event) => !isDisconnected(event))),
    }
  },
})

describe('a call whose path is lost', () => {
  it(
    'stays connected when the path is back before anybody notices',
    twoClients({
      path: 'x 3999ms o',
      ...both({ phase: 'c', recovery: 'w' }),
    }),
  )

  it.each([
    ['by itself', 'x  2999ms o', 'c 999ms r  2009ms c', 'w 999ms t 2009ms w'],
    ['as a restart begins', 'x  3999ms o', 'c 999ms r  3009ms c', 'w 999ms t 2999ms i 9ms w'],
    // From here on, ICE finds candidates only when the path is back.
    ['by a restart', 'x 11999ms o', 'c 999ms r 11020ms c', 'w 999ms t 2999ms i 8020ms w'],
    ['by a second restart', 'x 24999ms o', 'c 999ms r 24020ms c', 'w 999ms t 2999ms i 14999ms j 6020ms w'],
  ])('is connected again %s, on the same peer connections', (_, path, phase, recovery) => {
    twoClients({ times, path, ...both({ phase, recovery, opened: '-', error: '-' }), openPeers: 2 })()
  })

  const untilReplaced = 'w 999ms t 2999ms i 14999ms j 11999ms 1'
  it.each([
    ['the first', 'x 34999ms o', 'c 999ms r 34020ms c', `${untilReplaced} 4020ms w`, ['1']],
    ['the second', 'x 39999ms o', 'c 999ms r 39020ms c', `${untilReplaced} 4999ms 2 4020ms w`, ['1', '2']],
    [
      'the third',
      'x 43999ms o',
      'c 999ms r 43020ms c',
      `${untilReplaced} 4999ms 2 4999ms 3 3020ms w`,
      ['1', '2', '3'],
    ],
  ])('is connected again over %s new peer connection', (_, path, phase, recovery, epochs) => {
    twoClients({
      times,
      path,
      ...both({ phase, recovery, error: '-' }),
      'alice opened': `31000ms ${epochs.join(' 4999ms ')}`,
      'bob opened': `  31011ms ${epochs.join(' 4999ms ')}`,
      openPeers: 2,
    })()
  })

  it(
    'ends on both sides when the path never comes back',
    twoClients({
      times,
      path: '       x',
      ...both({
        phase: '    c 999ms r 44999ms l',
        recovery: ` ${untilReplaced} 4999ms 2 4999ms 3 4999ms w`,
        error: '    46000ms f',
      }),
      openPeers: 0,
    }),
  )

  it(
    'is connected again however often the path is lost',
    twoClients({
      times,
      path: Array<string>(5).fill('x 39999ms o').join(' 999ms '),
      ...both({ phase: `c 999ms ${Array<string>(5).fill('r 39020ms c').join(' 1978ms ')}` }),
      'alice health': `w 999ms ${Array<string>(5).fill('r 39020ms w').join(' 1978ms ')}`,
      'bob health': `  w 999ms ${Array<string>(5).fill('r 39020ms w').join(' 1978ms ')}`,
      'alice opened': `31000ms ${['1 4999ms 2', '3 4999ms 4', '5 4999ms 6', '7 4999ms 8', '9 4999ms t'].join(' 35999ms ')}`,
    }),
  )

  it(
    'waits, restarts and replaces as its settings say',
    twoClients(
      {
        times,
        settings: {
          recovery: { waitMs: 1_000, restartMs: 5_000, restarts: 0, replaceMs: 5_000, giveUpMs: 10_000 },
        },
        path: '       x 59999ms o',
        ...both({
          phase: '    c 999ms r 9999ms l',
          recovery: ' w 999ms t 999ms 1 8999ms w',
        }),
      },
      { recovery: { t: 'disconnected wait 1 until 2000', 1: 'disconnected replace 1 until 11000' } },
    ),
  )

  it(
    'is restarted at once when ICE reports the path as failed',
    twoClients(
      {
        path: '       f',
        ...both({
          phase: '    (cr) 40ms c',
          recovery: ' (wt)  6ms i 33ms w',
        }),
      },
      { recovery: { t: 'disconnected wait 1 until 3000', i: 'failed restart 1 until 15010' } },
    ),
  )
})

describe('a lost path that one side notices late or never', () => {
  it.each([
    ['alice', 'c 6499ms r 33520ms c', 'c  999ms r 39020ms c', '31010ms 1 4999ms 2', '31021ms 1 4999ms 2'],
    ['bob', '  c  999ms r 39020ms c', 'c 6499ms r 33520ms c', '31000ms 1 4999ms 2', '31011ms 1 4999ms 2'],
  ] as const)(
    'is back over the second new peer connection when %s notices late',
    (slow, alicePhase, bobPhase, aliceOpened, bobOpened) => {
      twoClients({
        ...noticesLate(slow, 5_500),
        path: '         x 39999ms o',
        'alice phase': alicePhase,
        'bob phase': bobPhase,
        'alice health': alicePhase.replaceAll('c', 'w'),
        'bob health': bobPhase.replaceAll('c', 'w'),
        'alice opened': aliceOpened,
        'bob opened': bobOpened,
      })()
    },
  )

  it.each([
    ['alice', 'x 11999ms o', 'c', 'c 999ms r 11020ms c'],
    ['alice', 'x 24999ms o', 'c', 'c 999ms r 24020ms c'],
    ['alice', 'x 39999ms o', 'c 31009ms r 9010ms c', 'c 999ms r 39020ms c'],
    ['bob', '  x 11999ms o', 'c 999ms r 11020ms c', 'c'],
    ['bob', '  x 24999ms o', 'c 999ms r 24020ms c', 'c'],
    ['bob', '  x 39999ms o', 'c 999ms r 39020ms c', 'c 31010ms r 9009ms c'],
  ] as const)('is back when %s never notices: %s', (blind, path, alicePhase, bobPhase) => {
    const isReplaced = path.includes('39999')
    const [aliceMs, bobMs] = blind === 'alice' ? [31_010, 31_021] : [31_000, 31_011]
    twoClients({
      ...neverNotices(blind),
      path,
      'alice phase': alicePhase,
      'bob phase': bobPhase,
      'alice health': alicePhase.replaceAll('c', 'w'),
      'bob health': bobPhase.replaceAll('c', 'w'),
      'alice opened': isReplaced ? `${aliceMs}ms 1 4999ms 2` : '-',
      'bob opened': isReplaced ? `${bobMs}ms 1 4999ms 2` : '-',
    })()
  })

  it.each([
    ['alice', 'c 31009ms r 14999ms f', 'c 999ms r 44999ms l'],
    ['bob', '  c 999ms r 44999ms l', '  c 31010ms r 14998ms f'],
  ] as const)('ends the call on both sides when %s never notices', (blind, alicePhase, bobPhase) => {
    twoClients({
      ...neverNotices(blind),
      path: 'x',
      'alice phase': alicePhase,
      'bob phase': bobPhase,
      'alice health': alicePhase.replaceAll('c', 'w').replace(/[lf]/, 'w'),
      'bob health': bobPhase.replaceAll('c', 'w').replace(/[lf]/, 'w'),
      openPeers: 0,
    })()
  })
})

describe('a lost path while the relay cannot be reached', () => {
  it.each([
    ['12 s', 12_000, 'x 11999ms o', 'c 999ms r 11009ms c'],
    ['20 s', 20_000, 'x 19999ms o', 'c 999ms r 19009ms c'],
  ])('is back when both return after %s', (_, ms, path, phase) => {
    twoClients(
      {
        times,
        path,
        relay: 'r',
        ...both({ phase }),
        'alice health': phase.replaceAll('c', 'w'),
        'bob health': phase.replaceAll('c', 'w'),
      },
      { relay: { r: { ms } } },
    )()
  })

  it.each([
    ['alice', 'c 999ms r 29038ms c', 'c 999ms r 29038ms c'],
    ['bob', '  c 999ms r 29048ms c', 'c 999ms r 29048ms c'],
  ] as const)('is back when %s lost both', (user, alicePhase, bobPhase) => {
    twoClients(
      {
        times,
        path: '         x 29999ms o',
        relay: '        r',
        'alice phase': alicePhase,
        'bob phase': bobPhase,
        'alice health': alicePhase.replaceAll('c', 'w'),
        'bob health': bobPhase.replaceAll('c', 'w'),
      },
      { relay: { r: { user, ms: 30_000 } } },
    )()
  })

  it(
    'ends the call on both sides, though neither can tell the other',
    twoClients(
      {
        times,
        path: '    x',
        relay: '   r',
        ...both({ phase: 'c 999ms r 44999ms l' }),
        openPeers: 0,
      },
      { relay: { r: { ms: 200_000 } } },
    ),
  )
})

describe('a peer connection that is replaced because it could not apply a description', () => {
  it.each([
    ["alice's", 'a', '(cr) 30ms c', 'c 10ms r 22ms c', '1', '11ms 1'],
    ["bob's", 'b', 'c 9ms r 33ms c', '(cr) 40ms c', '10ms 1', '21ms 1'],
  ])(
    'is connected on both sides when its replacement connects: %s',
    (_, broken, alicePhase, bobPhase, aliceOpened, bobOpened) => {
      twoClients({
        times,
        broken,
        'alice phase': alicePhase,
        'bob phase': bobPhase,
        'alice health': alicePhase.replaceAll('c', 'w'),
        'bob health': bobPhase.replaceAll('c', 'w'),
        'alice opened': aliceOpened,
        'bob opened': bobOpened,
      })()
    },
  )

  it.each([
    ["alice's", 'a', '(cr) 44996ms l', 'c 10ms r 44998ms f'],
    ["bob's", 'b', 'c 9ms r 44999ms l', '(cr) 44996ms l'],
  ])('ends the call in time when no replacement connects: %s', (_, broken, alicePhase, bobPhase) => {
    twoClients({
      times: { ...times, failMs: 1_000_000 },
      path: 'x',
      broken,
      'alice phase': alicePhase,
      'bob phase': bobPhase,
      openPeers: 0,
    })()
  })
})
