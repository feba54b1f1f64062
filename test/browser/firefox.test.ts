import { describe } from 'vitest'
import { test } from './support/browser-test.ts'
import { firefoxContext } from './support/connect-browser.ts'
import { pressIn, saysIn } from './support/firefox.ts'
import { installProbe } from './support/probe.ts'
import { hears, hearsNothing, nothingLeft, poll, sendsNothing, watches } from './support/steps.ts'

describe('a call between Chromium and Firefox', () => {
  test('carries picture and text both ways', async ({ relay, join }) => {
    const bob = await (await firefoxContext()).newPage()
    await bob.evaluateOnNewDocument(installProbe)
    await bob.goto(`${relay.url}/?name=bob`)
    const alice = await join('alice')

    await alice.press('Call bob')
    await saysIn(bob, 'alice is calling')
    await pressIn(bob, 'Accept')
    await Promise.all([alice.status('Connected to bob'), saysIn(bob, 'Connected to alice')])
    await Promise.all([
      poll(() => alice.page.evaluate(() => probe.isDecoding()), 'Firefox is seen'),
      poll(() => bob.evaluate(() => probe.isDecoding()), 'Chromium is seen'),
    ])

    // Firefox counts bytes only in its candidate pairs. It must notice that bytes still arrive.
    const second = await join('alice', { beside: alice })
    await second.press('Call bob')
    await second.status('Call ended: bob is in another call')
    await saysIn(bob, 'Connected to alice')

    await alice.page.getByRole('textbox', { name: 'Message' }).fill('hello, Firefox')
    await alice.press('Send')
    await saysIn(bob, 'hello, Firefox')
    await bob.locator('::-p-aria([name="Message"][role="textbox"])').fill('hello, Chromium')
    await pressIn(bob, 'Send')
    await alice.page.getByText('hello, Chromium').waitFor()

    await pressIn(bob, 'Hold')
    // For a sender without a track Firefox repeats the last picture once a second.
    await Promise.all([
      sendsNothing(alice),
      hearsNothing(alice),
      poll(() => bob.evaluate(() => probe.sendsNothing('audio')), 'Firefox sends no sound'),
    ])
    await pressIn(bob, 'Resume')
    const before = await bob.evaluate(() => probe.framesDecoded())
    await Promise.all([
      watches(alice),
      hears(alice),
      poll(async () => (await bob.evaluate(() => probe.framesDecoded())) > before, 'Chromium is seen again'),
    ])

    await pressIn(bob, 'Hang up')
    await alice.status('Call ended: bob hung up')
    await nothingLeft(alice)
  })
})
