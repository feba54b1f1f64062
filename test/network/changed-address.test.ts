import { describe, onTestFinished } from 'vitest'
import { test } from '../browser/support/browser-test.ts'
import { connect, nothingLeft, sees, write } from '../browser/support/steps.ts'
import { flowsAgain, joinRelayed, logStatus, type PeerKind } from './support/relayed.ts'
import { freePort, startTurnServer, turnServersAt } from './support/turn-server.ts'

const pairs: [PeerKind, PeerKind][] = [
  ['simple-peer', 'simple-peer'],
  ['native', 'native'],
  ['native', 'simple-peer'],
]

// Everything goes through one TURN server, so that the addresses of both sides are its own. It dies, and another one comes up.
describe.each(pairs)('a call from %s to %s whose addresses are gone permanently', (ours, theirs) => {
  test('continues over new ones', async ({ join }) => {
    const first = await startTurnServer()
    onTestFinished(() => first.stop())
    const port = await freePort()
    const ice = { ice: turnServersAt(first.port, port) }
    const alice = await joinRelayed(join, 'alice', ice, ours)
    const bob = await joinRelayed(join, 'bob', ice, theirs)
    await connect(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
    await logStatus(alice, bob)

    await first.stop()
    const since = performance.now()
    const second = await startTurnServer(port)
    onTestFinished(() => second.stop())
    await Promise.all([flowsAgain(alice, 30_000), flowsAgain(bob, 30_000)])
    console.log(
      `${ours} to ${theirs}, new addresses: pictures again after ${Math.round(performance.now() - since)} ms`,
    )
    await Promise.all([alice.status('Connected to bob'), bob.status('Connected to alice')])
    await Promise.all([sees(alice), sees(bob)])
    await write(alice, bob, 'I have moved')
    await write(bob, alice, 'so have I')
    await alice.press('Hang up')
    await bob.status('Call ended: alice hung up')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })
})
