import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { chromiumWith, firefoxContext } from '../browser/support/connect-browser.ts'
import { servePage } from '../browser/support/serve-page.ts'
import { becomes, connectWell, latest, logOf, qualityPath, type Caller } from './support/quality-call.ts'
import type { PeerKind } from './support/relayed.ts'
import { shapedPath, type ShapedPath } from './support/shaped-path.ts'
import { startTurnServer, turnServersAt } from './support/turn-server.ts'

let server: Awaited<ReturnType<typeof servePage>>
beforeAll(async () => {
  server = await servePage('test/browser/support/quality-page')
})
afterAll(() => server.stop())

type Browser = 'Chromium' | 'Firefox'

async function open(name: string, path: ShapedPath, peer: PeerKind, browser: Browser): Promise<Caller> {
  const url = server.url + qualityPath(name, turnServersAt(path.port), peer)
  const page = browser === 'Firefox' ? await (await firefoxContext()).newPage() : await chromiumPage()
  await page.goto(url)
  await (page as Page).waitForFunction(() => 'qualityPage' in globalThis)
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') console.log(await logOf({ name, page }))
    await page.close()
  })
  return { name, page }
}

async function chromiumPage(): Promise<Page> {
  const context = await (await chromiumWith()).newContext()
  onTestFinished(() => context.close())
  return context.newPage()
}

const pairs: readonly { readonly peers: readonly [PeerKind, PeerKind]; readonly bobs: Browser }[] = [
  { peers: ['native', 'native'], bobs: 'Chromium' },
  { peers: ['simple-peer', 'native'], bobs: 'Chromium' },
  { peers: ['native', 'simple-peer'], bobs: 'Firefox' },
]

describe.each(pairs)('a call from Chromium to $bobs, with $peers', ({ peers, bobs }) => {
  async function connected() {
    const turn = await startTurnServer()
    onTestFinished(() => turn.stop())
    const path = await shapedPath(turn.port)
    const alice = await open('alice', path, peers[0], 'Chromium')
    const bob = await open('bob', await shapedPath(turn.port), peers[1], bobs)
    await connectWell(alice, bob)
    return { alice, bob, path }
  }

  test('is only fair because of delay while the round trip takes 320 ms', async () => {
    const { alice, bob, path } = await connected()
    path.shape({ up: { delayMs: 160 }, down: { delayMs: 160 } })
    await Promise.all([
      becomes(alice, 'receiving', 'fair', 20_000),
      becomes(bob, 'receiving', 'fair', 20_000),
    ])
    for (const each of [alice, bob]) {
      const quality = await latest(each)
      expect(quality?.because.receiving).toEqual(['delay'])
      expect(quality?.figures.roundTripMs).toBeGreaterThan(300)
    }
    path.shape({ up: {}, down: {} })
    await Promise.all([
      becomes(alice, 'receiving', 'good', 30_000),
      becomes(bob, 'receiving', 'good', 30_000),
    ])
  })

  test('keeps its sound at 150 kbit/s, and is good again within 30 s', async () => {
    const { alice, bob, path } = await connected()
    const sound = () => bob.page.evaluate(() => qualityPage.received('audio'))
    path.shape({ up: { bitsPerSecond: 150_000 } })
    const before = await sound()
    const grade = async () => (await latest(bob))?.receiving
    await expect.poll(grade, { timeout: 20_000, interval: 100 }).not.toBe('good')
    await expect
      .poll(async () => (await sound()).totalSamplesReceived - before.totalSamplesReceived, {
        timeout: 60_000,
      })
      .toBeGreaterThan(20 * 48_000)
    const after = await sound()
    const concealed =
      (after.concealedSamples - before.concealedSamples) /
      (after.totalSamplesReceived - before.totalSamplesReceived)
    console.log(`150 kbit/s: ${(concealed * 100).toFixed(1)} % of the sound is invented`)
    expect(concealed).toBeLessThan(0.05)
    path.shape({ up: {} })
    const took = await Promise.all([
      becomes(bob, 'receiving', 'good', 30_000),
      becomes(alice, 'sending', 'good', 30_000),
    ])
    console.log(`good again after ${took.join(' and ')} ms`)
  })
})
