import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  connect,
  createParticipant,
  nothingLeft,
  type Participant,
} from '../integration/support/call-test.ts'
import { texts } from '../integration/support/texts.ts'
import { until } from '../integration/support/until.ts'
import { startBalancer } from './support/balancer.ts'
import { startCommands, untilReadyz, type CommandNode } from './support/command-nodes.ts'
import { startNodes, type RelayNode } from './support/nodes.ts'
import { startRedis, type RedisServer } from './support/redis-server.ts'

// Whole clients with real WebRTC, and relays in separate processes.

const leaseMs = 3000

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})

/** Makes somebody join through the first of these nodes that is up. */
async function join(name: string, nodes: readonly RelayNode[]): Promise<Participant> {
  const participant = createParticipant(await startBalancer(nodes.map(({ port }) => port)), name)
  onTestFinished(async () => {
    participant.client.close()
    await nothingLeft(participant)
  })
  await until(participant.client.connection$, ({ status }) => status === 'online', `connection of ${name}`)
  return participant
}

const isAwareOf = ({ client, name }: Participant, other: Participant) =>
  until(client.roster$, (users) => users.includes(other.name), `${other.name} in the roster of ${name}`)

/** Alice prefers the first node, Bob the second, Carol the third; each knows the others. */
async function apart() {
  const [a, b, c] = (await startNodes(3, redis, leaseMs)) as [RelayNode, RelayNode, RelayNode]
  const alice = await join('alice', [a, b, c])
  const bob = await join('bob', [b, c, a])
  const carol = await join('carol', [c, a, b])
  for (const one of [alice, bob, carol])
    for (const other of [alice, bob, carol]) if (one !== other) await isAwareOf(one, other)
  return { a, b, c, alice, bob, carol }
}

const offline = ({ client, name }: Participant) =>
  until(client.connection$, ({ status }) => status !== 'online', `loss of ${name}'s relay`)
const online = ({ client, name }: Participant) =>
  until(client.connection$, ({ status }) => status === 'online', `connection of ${name}`)

describe('on different nodes', () => {
  it('a call connects, carries messages and is hung up', async () => {
    const { alice, bob, carol } = await apart()
    await connect(alice, bob)
    bob.client.send('hello')
    await until(texts(alice.client), ({ text }) => text === 'hello', 'text')
    bob.client.hangUp()
    const ends = await Promise.all([alice.phase('ended'), bob.phase('ended')])
    expect(ends.map(({ reason, by }) => [reason, by])).toEqual([
      ['hung-up', 'remote'],
      ['hung-up', 'local'],
    ])
    carol.client.call('alice')
    await alice.phase('ringing')
    alice.client.decline()
    expect((await carol.phase('ended')).reason).toBe('declined')
    bob.client.call('nobody')
    expect((await bob.phase('ended')).reason).toBe('unreachable')
  })

  it('two users who call each other get one call', async () => {
    const { alice, bob } = await apart()
    alice.client.call('bob')
    bob.client.call('alice')
    const [one, other] = await Promise.all([alice.phase('connected'), bob.phase('connected')])
    expect(one.callId).toBe(other.callId)
  })
})

describe('a node that is killed', () => {
  it('ends no call: the caller reconnects to another node, continues and hangs up', async () => {
    const { a, alice, bob, carol } = await apart()
    await connect(alice, bob)
    const lost = offline(alice)
    await a.kill()
    await lost
    bob.client.send('still there?')
    await until(texts(alice.client), ({ text }) => text === 'still there?', 'text')
    await online(alice)
    alice.client.hangUp()
    expect(await bob.phase('ended')).toMatchObject({ reason: 'hung-up', by: 'remote' })
    // She was back before her lease was over: to the others, she was never away.
    carol.client.call('alice')
    await alice.phase('ringing')
  })

  it('lets the phone ring on: the callee answers while the caller is away', async () => {
    const { a, alice, bob } = await apart()
    alice.client.call('bob')
    await bob.phase('ringing')
    const lost = offline(alice)
    await a.kill()
    await lost
    bob.client.accept()
    await Promise.all([alice.phase('connected'), bob.phase('connected')])
  })

  it('loses its users from every roster if they do not return', async () => {
    const [a, b] = (await startNodes(2, redis, leaseMs)) as [RelayNode, RelayNode]
    const [alice, dave, bob] = [await join('alice', [a]), await join('dave', [a, b]), await join('bob', [b])]
    await isAwareOf(bob, alice)
    await isAwareOf(bob, dave)
    await a.kill()
    await until(bob.client.roster$, (users) => !users.includes('alice'), 'roster without alice', 20_000)
    await online(dave)
    const last = await until(bob.client.roster$, (users) => users.includes('dave'), 'dave in the roster')
    expect(last).toEqual(['dave'])
  })
})

describe('relays started by the command', () => {
  /** Alice on one relay, Bob on the other, and a Redis for them alone. */
  async function pair() {
    const own = await startRedis()
    const nodes = (await startCommands(2, own)) as [CommandNode, CommandNode]
    await untilReadyz(nodes, 200)
    const [alice, bob] = [await join('alice', [nodes[0]]), await join('bob', [nodes[1]])]
    await isAwareOf(alice, bob)
    await isAwareOf(bob, alice)
    const stop = async () => {
      await own.stop()
      await untilReadyz(nodes, 503)
    }
    const start = async () => {
      await own.start()
      await untilReadyz(nodes, 200)
    }
    return { nodes, alice, bob, stop, start }
  }
  const outcomes = (nodes: readonly CommandNode[]) =>
    nodes.map(({ entries }) => entries.flatMap(({ outcome }) => outcome ?? []))

  it('keep a call while Redis is away, and end it when Redis is back', async () => {
    const { nodes, alice, bob, stop, start } = await pair()
    await connect(alice, bob)
    await stop()
    bob.client.send('still there?')
    await until(texts(alice.client), ({ text }) => text === 'still there?', 'text')
    await start()
    bob.client.hangUp()
    expect(await alice.phase('ended')).toMatchObject({ reason: 'hung-up', by: 'remote' })
    await expect.poll(() => outcomes(nodes)).toEqual([['hung-up'], []])
  })

  it('keep a call ringing while Redis is away, and deliver its answer when Redis is back', async () => {
    const { nodes, alice, bob, stop, start } = await pair()
    alice.client.call('bob')
    await Promise.all([bob.phase('ringing'), alice.phase('calling')])
    await stop()
    bob.client.accept()
    await start()
    await Promise.all([alice.phase('connected'), bob.phase('connected')])
    bob.client.send('hello')
    await until(texts(alice.client), ({ text }) => text === 'hello', 'text')
    alice.client.hangUp()
    expect(await bob.phase('ended')).toMatchObject({ reason: 'hung-up', by: 'remote' })
    await expect.poll(() => outcomes(nodes)).toEqual([['hung-up'], []])
  })
})
