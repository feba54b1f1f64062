import { describe } from 'vitest'
import { test } from './support/browser-test.ts'
import { firefoxContext } from './support/connect-browser.ts'
import { pressIn, saysIn } from './support/firefox.ts'
import { installProbe } from './support/probe.ts'
import { hears, nothingLeft, poll, sendsNothing, watches } from './support/steps.ts'

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

    // Firefox counts bytes in its candidate pairs alone, and has to see that they go on arriving.
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
    await Promise.all([
      sendsNothing(alice),
      poll(() => bob.evaluate(() => probe.sendsNothing()), 'Firefox sends nothing'),
    ])
    await pressIn(bob, 'Resume')
    const before = await bob.evaluate(() => probe.framesDecoded())
    await Promise.all([
      watches(alice),
      hears(alice),
      poll(async () => (await bob.evaluate(() => probe.framesDecoded())) > before, 'Chromium is seen again'),
    ])

    // A headset that is pulled out gives way to the microphone that is left.
    await bob.evaluate(() => {
      const track = probe.streams[0]?.getAudioTracks()[0]
      track?.stop()
      track?.dispatchEvent(new Event('ended'))
    })
    await poll(() => bob.evaluate(() => probe.streams.length > 1), 'another microphone is opened')
    await hears(alice)

    await pressIn(bob, 'Hang up')
    await alice.status('Call ended: bob hung up')
    await nothingLeft(alice)
  })
})
