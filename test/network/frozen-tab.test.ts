import type { Browser } from 'playwright-core'
import { describe, expect, onTestFinished } from 'vitest'
import { test, type User } from '../browser/support/browser-test.ts'
import { launchChromium } from '../browser/support/chromium.ts'
import { connect, nothingLeft, sees, write } from '../browser/support/steps.ts'
import { flowsAgain, joinRelayed, logStatus } from './support/relayed.ts'
import { startTurnServer } from './support/turn-server.ts'

const frozenMs = 20_000
const kinds = ['simple-peer', 'native'] as const

// Chromium told to freeze a page (CDP Page.setWebLifecycleState) runs the timers of one with a camera on: hence the signals.
describe('a tab that is frozen for twenty seconds', () => {
  test.for(kinds)('with its whole process, as %s, keeps its call', async (peer, { join }) => {
    const turn = await startTurnServer()
    onTestFinished(() => turn.stop())
    const browser = await launchChromium('allowed')
    onTestFinished(() => browser.close())
    const alice = await joinRelayed(join, 'alice', turn, peer)
    const bob = await joinRelayed(join, 'bob', turn, peer, { browser })
    await connect(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
    await logStatus(alice, bob)

    const renderers = await renderersOf(browser)
    const thaw = () => renderers.forEach((id) => signal(id, 'SIGCONT'))
    onTestFinished(thaw)
    renderers.forEach((id) => signal(id, 'SIGSTOP'))
    const over = new Promise((resolve) => setTimeout(resolve, frozenMs))
    await alice.status('Connection interrupted')
    await over
    thaw()

    const since = performance.now()
    await Promise.all([flowsAgain(alice, 20_000), flowsAgain(bob, 20_000)])
    print(`${peer}, frozen for ${frozenMs} ms`, since)
    await goOn(alice, bob)
  })
})

function print(what: string, since: number): void {
  console.log(`${what}: pictures again after ${Math.round(performance.now() - since)} ms`)
}

async function goOn(alice: User, bob: User): Promise<void> {
  await Promise.all([alice.status('Connected to bob'), bob.status('Connected to alice')])
  await Promise.all([sees(alice), sees(bob)])
  await write(alice, bob, 'are you there?')
  await write(bob, alice, 'I have slept')
  await alice.press('Hang up')
  await bob.status('Call ended: alice hung up')
  await Promise.all([nothingLeft(alice), nothingLeft(bob)])
}

/** Signals a process if it is still there: Chromium ends one that it had in reserve whenever it likes. */
function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown
  }
}

/** The renderer processes of a browser, one for each page. */
async function renderersOf(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const ids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
  expect(ids.length, 'processes that run pages').toBeGreaterThan(0)
  return ids
}
