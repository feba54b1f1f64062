import { describe, expect, onTestFinished } from 'vitest'
import { test, type User } from '../browser/support/browser-test.ts'
import { connect, nothingLeft, sees, write } from '../browser/support/steps.ts'
import { flowsAgain, joinRelayed, logStatus, standsStill, type PeerKind } from './support/relayed.ts'
import { startTurnServer, type TurnServer } from './support/turn-server.ts'

const pairs: [PeerKind, PeerKind][] = [
  ['simple-peer', 'simple-peer'],
  ['native', 'native'],
  ['simple-peer', 'native'],
]
/** Seconds until the path is back, and milliseconds that the call may take from then on. */
const cuts = [
  { seconds: 4, within: 5_000 },
  { seconds: 12, within: 20_000 },
  { seconds: 40, within: 20_000 },
]

async function turnServer(): Promise<TurnServer> {
  const server = await startTurnServer()
  onTestFinished(() => server.stop())
  return server
}

describe.each(pairs)('a call from %s to %s through one path', (ours, theirs) => {
  test.for(cuts)('continues after $seconds s without it', async ({ seconds, within }, { join }) => {
    const turn = await turnServer()
    const alice = await joinRelayed(join, 'alice', turn, ours)
    const bob = await joinRelayed(join, 'bob', turn, theirs)
    await connect(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
    await logStatus(alice, bob)

    turn.cut()
    const back = new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
    await Promise.all([standsStill(alice), standsStill(bob)])
    if (seconds > 10) await Promise.all([alice.status('Reconnecting'), bob.status('Reconnecting')])
    await back

    const since = performance.now()
    turn.mend()
    const flows = async (user: User) => {
      await flowsAgain(user, within)
      return Math.round(performance.now() - since)
    }
    const took = await Promise.all([flows(alice), flows(bob)])
    console.log(
      `${ours} to ${theirs}, ${seconds} s cut: pictures again after ${took[0]} ms and ${took[1]} ms`,
    )
    await Promise.all([alice.status('Connected to bob'), bob.status('Connected to alice')])
    await Promise.all([showsNoStill(alice), showsNoStill(bob)])
    await Promise.all([sees(alice), sees(bob)])
    await write(alice, bob, 'are you there?')
    await write(bob, alice, 'I am')
    await bob.press('Hang up')
    await alice.status('Call ended: bob hung up')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })

  test('ends on both sides with a reason when it never returns', async ({ join }) => {
    const turn = await turnServer()
    const alice = await joinRelayed(join, 'alice', turn, ours)
    const bob = await joinRelayed(join, 'bob', turn, theirs)
    await connect(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
    const log = await logStatus(alice, bob)

    turn.cut()
    const since = performance.now()
    // 45 s from when it is noticed, which takes a browser 5 to 8 s.
    const within = { timeout: 60_000 }
    const ended = [alice.status('Call ended', within), bob.status('Call ended', within)]
    const reopened = alice.status('Opening a new connection', within).then(() => keepsPicture(alice))
    await Promise.all([reopened, ...ended])
    console.log(
      `${ours} to ${theirs}, cut for good: given up after ${Math.round(performance.now() - since)} ms`,
    )
    await Promise.all([
      alice.status('Call ended: the connection to bob failed'),
      bob.status('Call ended: the connection to alice failed'),
      alice.alert('The connection broke down.'),
      bob.alert('The connection broke down.'),
    ])
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
    expect(log().join('\n')).toContain('Reconnecting, try 1')
  })
})

/** What is seen is what comes now. */
const showsNoStill = ({ page }: User) => page.locator('.remote canvas').waitFor({ state: 'hidden' })

/** The last frame stays, although the connection that it came by is closed by now. */
async function keepsPicture({ page }: User): Promise<void> {
  const picture = page.locator('.remote canvas')
  await picture.waitFor()
  const brightest = await picture.evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, 64, 64).data
    return data ? Math.max(...Array.from(data).filter((_, i) => i % 4 < 3)) : 0
  })
  expect(brightest).toBeGreaterThan(60)
}
