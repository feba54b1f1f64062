import type { Page } from 'puppeteer-core'
import { describe, expect, onTestFinished } from 'vitest'
import { test } from '../browser/support/browser-test.ts'
import { firefoxContext } from '../browser/support/connect-browser.ts'
import { pressIn, saysIn } from '../browser/support/firefox.ts'
import { installProbe } from '../browser/support/probe.ts'
import { nothingLeft, poll } from '../browser/support/steps.ts'
import { flowsAgain, joinRelayed, standsStill, type PeerKind } from './support/relayed.ts'
import { startTurnServer } from './support/turn-server.ts'

const peers: PeerKind[] = ['simple-peer', 'native']

// Firefox closes the data channel when ICE fails, some 25 s after the path was cut. It stops looking for candidates
// after some 8 s. So the first replacement of such a connection finds no path.
describe.each(peers)('a call from Chromium to Firefox, both with %s', (peer) => {
  test('continues after 40 s without a path', async ({ relay, join }) => {
    const turn = await startTurnServer()
    onTestFinished(() => turn.stop())
    const alice = await joinRelayed(join, 'alice', turn, peer)
    const bob = await openFirefox(
      `${relay.url}/?${new URLSearchParams({ name: 'bob', peer, ice: turn.ice })}`,
    )

    await alice.press('Call bob')
    await saysIn(bob, 'alice is calling')
    await pressIn(bob, 'Accept')
    await Promise.all([alice.status('Connected to bob'), saysIn(bob, 'Connected to alice')])
    await poll(() => alice.page.evaluate(() => probe.isDecoding()), 'Firefox is seen')

    turn.cut()
    const back = new Promise((resolve) => setTimeout(resolve, 40_000))
    await standsStill(alice)
    await back
    turn.mend()
    await flowsAgain(alice, 20_000)
    await Promise.all([alice.status('Connected to bob'), saysIn(bob, 'Connected to alice')])
    const frames = () => bob.evaluate(() => probe.framesDecoded())
    const before = await frames()
    await expect.poll(frames, { timeout: 20_000 }).toBeGreaterThan(before + 10)

    await pressIn(bob, 'Hang up')
    await alice.status('Call ended: bob hung up')
    await nothingLeft(alice)
  })
})

/** A page in Firefox whose connections take relayed candidates only. */
async function openFirefox(url: string): Promise<Page> {
  const page = await (await firefoxContext()).newPage()
  await page.evaluateOnNewDocument(installProbe)
  await page.evaluateOnNewDocument(() => {
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, iceTransportPolicy: 'relay' })
      }
    }
  })
  await page.goto(url)
  return page
}
