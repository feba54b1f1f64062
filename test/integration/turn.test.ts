import { networkInterfaces } from 'node:os'
import type { RelayOptions } from 'rxcall-relay'
import { map, of, scan } from 'rxjs'
import { describe, expect } from 'vitest'
import { turnCredentials, type TurnOptions } from '../../server/access/turn-credentials.ts'
import { startTurnServer } from '../network/support/turn-server.ts'
import { connect, test as base, type JoinOptions, type Participant } from './support/call-test.ts'
import { until } from './support/until.ts'

const secret = 'shared by the relay and its TURN server'

interface TurnFixtures {
  readonly ttlSeconds: number
  /** What the relay takes for the secret. */
  readonly relaySecret: string
  readonly turn: TurnOptions
  readonly relayOptions: RelayOptions
}

/** A TURN server, and a relay that issues credentials for it. */
const test = base.extend<TurnFixtures>({
  ttlSeconds: 3600,
  relaySecret: secret,
  turn: async ({ ttlSeconds, relaySecret }, use) => {
    const server = await startTurnServer(undefined, secret)
    await use({ urls: [`turn:127.0.0.1:${server.port}?transport=udp`], secret: relaySecret, ttlSeconds })
    await server.stop()
  },
  relayOptions: async ({ turn }, use) => {
    await use({ turn })
  },
})

type Kind = NonNullable<JoinOptions['peer']>

/** Connects through TURN or not at all, with what the relay issues. */
const relayed = (peer: Kind, connectMs = 30_000): JoinOptions => ({
  peer,
  peerOptions: ({ iceServers$ }) => ({ iceServers: iceServers$, config: { iceTransportPolicy: 'relay' } }),
  settings: { connectMs },
})

/** The kinds of candidate that the connection of a call goes over, from here to there. */
async function pathOf({ webRtc }: Participant): Promise<readonly unknown[]> {
  const [connection] = webRtc.connections
  const stats = [...((await connection?.getStats()) ?? new Map<string, unknown>()).values()] as Record<
    string,
    unknown
  >[]
  const pair = stats.find(
    ({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded',
  )
  const kindOf = (id: unknown) => stats.find((each) => each['id'] === id)?.['candidateType']
  return [kindOf(pair?.['localCandidateId']), kindOf(pair?.['remoteCandidateId'])]
}

/** The pair in use changes while ICE still looks for a better one. */
const goesThroughTurn = (who: Participant) =>
  expect.poll(() => pathOf(who), { timeout: 10_000 }).toEqual(['relay', 'relay'])

describe.each<[Kind, Kind]>([
  ['simple-peer', 'native'],
  ['native', 'simple-peer'],
])('a call from %s to %s', (ours, theirs) => {
  test('goes through the TURN server with the credentials that the relay issued', async ({ join }) => {
    const [alice, bob] = [await join('alice', relayed(ours)), await join('bob', relayed(theirs))]
    await connect(alice, bob)
    await Promise.all([alice, bob].map(goesThroughTurn))
    expect([...alice.errors, ...bob.errors]).toEqual([])
  })
})

/** What a participant has sent that may hold addresses, as text. */
const signalsOf = ({ sent }: Participant): string =>
  JSON.stringify(sent.filter(({ type }) => /^(offer|answer|candidates)$/.test(type)))

/** What candidates say (RFC 8839, 5.1): the address, the port, the type and, if there is one, the related address. */
const candidatesIn = (signals: string) =>
  [...signals.matchAll(/candidate:\S+ \d+ \S+ \d+ (\S+) (\d+) typ (\w+)(?: raddr (\S+) rport (\d+))?/g)].map(
    ([, address = '', port = '', type = '', related, relatedPort]) => ({
      address: `${address} ${port}`,
      type,
      related: related === undefined ? 'none' : `${related} ${relatedPort}`,
    }),
  )

/** Candidates tell the address of the TURN server and no other, neither do descriptions. */
function expectOnlyRelayed(signals: string): void {
  for (const { address, type, related } of candidatesIn(signals)) {
    expect([address, type]).toEqual([expect.stringMatching(/^127\.0\.0\.1 /), 'relay'])
    // Blank (RFC 8839, 5.1), or the candidate's own, as Firefox has it.
    expect(['none', '0.0.0.0 0', ':: 0', address]).toContain(related)
  }
  const inDescriptions = [...signals.matchAll(/IN IP[46] ([^\s\\]+)/g)].map(([, address]) => address)
  expect(inDescriptions.filter((address) => address !== '0.0.0.0' && address !== '127.0.0.1')).toEqual([])
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses)
  for (const { address } of own)
    if (!/^(127\.0\.0\.1|::1)$/.test(address)) expect(signals).not.toContain(address)
}

describe.each<[Kind, Kind]>([
  ['simple-peer', 'native'],
  ['native', 'simple-peer'],
])('with iceTransportPolicy relay, a call from %s to %s', (ours, theirs) => {
  test('reveals only the address of the TURN server, while it rings and later', async ({ join }) => {
    const [alice, bob] = [await join('alice', relayed(ours)), await join('bob', relayed(theirs))]
    alice.client.call('bob')
    await bob.phase('ringing')
    // Callers send addresses before anybody answers.
    await expect.poll(() => candidatesIn(signalsOf(alice)).length, { timeout: 10_000 }).toBeGreaterThan(0)
    expectOnlyRelayed(signalsOf(alice))
    expect(signalsOf(bob)).toBe('[]')

    bob.client.accept()
    await Promise.all([alice.phase('connected'), bob.phase('connected')])
    await Promise.all([alice, bob].map(goesThroughTurn))
    for (const who of [alice, bob]) {
      expect(candidatesIn(signalsOf(who)).length).toBeGreaterThan(0)
      expectOnlyRelayed(signalsOf(who))
    }
  })
})

describe('beside TURN servers that browsers refuse', () => {
  test.for<Kind>(['simple-peer', 'native'])(
    'a call of %s connects, and reports them once',
    async (peer, { join }) => {
      const bad = { urls: 'turn:127.0.0.1:99999', username: 'u', credential: 'p' }
      const options: JoinOptions = {
        ...relayed(peer),
        peerOptions: ({ iceServers$ }) => ({
          iceServers: iceServers$.pipe(map((issued) => [bad, ...issued])),
          config: { iceTransportPolicy: 'relay' },
        }),
      }
      const [alice, bob] = [await join('alice', options), await join('bob', options)]
      for (let n = 0; n < 2; n++) {
        await connect(alice, bob)
        alice.client.hangUp()
        await Promise.all([alice.phase('ended'), bob.phase('ended')])
      }
      for (const { errors } of [alice, bob])
        expect(errors).toMatchObject([
          {
            code: 'invalid-ice-server',
            message: expect.stringContaining('"turn:127.0.0.1:99999"') as unknown,
          },
        ])
    },
  )
})

describe('with credentials that are valid for two seconds', () => {
  const short = test.extend({ ttlSeconds: 2 })

  short('a call connects long after, as they are issued anew', async ({ join }) => {
    const [alice, bob] = [await join('alice', relayed('native')), await join('bob', relayed('simple-peer'))]
    // Each second one: the first is over by then.
    const issued$ = alice.signaling.iceServers$.pipe(scan((count) => count + 1, 0))
    await until(issued$, (count) => count > 4, 'credentials issued anew')
    await connect(alice, bob)
    await goesThroughTurn(alice)
  })
})

/** Both sides end the call, saying why, and nothing is left of it. */
async function failsToConnect(alice: Participant, bob: Participant): Promise<void> {
  alice.client.call('bob')
  await bob.phase('ringing')
  bob.client.accept()
  const ended = await Promise.all([alice.phase('ended'), bob.phase('ended')])
  for (const end of ended) expect(end).toMatchObject({ reason: 'failed' })
  const codes = [...alice.errors, ...bob.errors].map(({ code }) => code)
  // Whose time is up first says so, and the other side knows it from there, or by itself.
  expect(codes).toContain('connection-timeout')
  expect(codes.filter((code) => code !== 'connection-timeout' && code !== 'connection-failed')).toEqual([])
}

describe('a call ends as failed, with an error, where the credentials are', () => {
  const forged = test.extend({ relaySecret: 'another secret' })

  forged('forged', async ({ join }) => {
    const [alice, bob] = [
      await join('alice', relayed('simple-peer', 2000)),
      await join('bob', relayed('native', 2000)),
    ]
    await failsToConnect(alice, bob)
  })

  test('expired', async ({ join, turn }) => {
    const { iceServers } = turnCredentials(turn, 'alice', Date.now() - 2 * 3600 * 1000)
    const expired: JoinOptions = {
      peerOptions: () => ({ iceServers: of(iceServers), config: { iceTransportPolicy: 'relay' } }),
      settings: { connectMs: 2000 },
    }
    await failsToConnect(await join('alice', expired), await join('bob', expired))
  })
})
