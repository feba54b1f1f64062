import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { describe, expect, onTestFinished } from 'vitest'
import { runProgram } from '../integration/support/run-program.ts'
import { until } from '../integration/support/until.ts'
import { test } from './support/browser-test.ts'
import { launchWithPageCache } from './support/chromium.ts'
import { goBackTo, hears, leaveByLink, nothingLeft, sees } from './support/steps.ts'

describe('the example in plain DOM', () => {
  test('is called from the demo, and calls it', async ({ open, join }) => {
    const alice = await join('alice')
    const bob = await open('bob', { path: '/examples/plain-dom/?name=bob' })

    await alice.press('Call bob')
    await bob.status('ringing alice')
    await bob.press('Accept')
    await Promise.all([alice.status('Connected to bob'), bob.status('connected alice')])
    await Promise.all([sees(alice), sees(bob), hears(alice), hears(bob)])
    await bob.page.getByRole('textbox', { name: 'Message' }).fill('no framework here')
    await bob.press('Send')
    await alice.page.getByText('no framework here').waitFor()

    await alice.press('Hang up')
    await bob.status('ended alice (hung-up)')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])

    await bob.press('Call alice')
    await alice.status('bob is calling')
    await alice.press('Accept')
    await bob.status('connected alice')
    await sees(bob)
  })
})

describe('the example in plain DOM, when the browser interferes', () => {
  test('works again after the back/forward cache', async ({ open, join }) => {
    const alice = await join('alice')
    const browser = await launchWithPageCache()
    onTestFinished(() => browser.close())
    const bob = await open('bob', { path: '/examples/plain-dom/?name=bob', browser })
    await alice.button('Call bob').waitFor()
    await leaveByLink(bob)
    await alice.button('Call bob').waitFor({ state: 'detached' })
    await goBackTo(bob)

    await alice.press('Call bob')
    await bob.status('ringing alice')
    await bob.press('Accept')
    await Promise.all([alice.status('Connected to bob'), bob.status('connected alice')])
    await Promise.all([sees(alice), sees(bob)])
    await alice.press('Hang up')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })

  test('says that playback is blocked until the user allows it, and then plays', async ({ open, join }) => {
    const alice = await join('alice')
    const bob = await open('bob', { path: '/examples/plain-dom/?name=bob', prepare: refuseToPlay })
    await alice.press('Call bob')
    await bob.press('Accept')
    await bob.alert('does not play')
    expect(
      await bob.page.getByLabel('Remote video').evaluate((video: HTMLVideoElement) => video.paused),
    ).toBe(true)

    await bob.press('Play')
    await Promise.all([sees(bob), hears(bob), sees(bob, 'Local video')])
    await bob.button('Play').waitFor({ state: 'hidden' })
    await alice.press('Hang up')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })
})

/** Makes the page's videos play only after a click on `Play`, as in a browser that accepts no other gesture. */
const refuseToPlay = (page: Page) =>
  page.addInitScript(() => {
    const play: () => Promise<void> = Reflect.get(HTMLMediaElement.prototype, 'play')
    let isAsked = false
    const look = ({ target }: Event) => (isAsked = target instanceof HTMLElement && target.id === 'play')
    addEventListener('click', look, { capture: true })
    HTMLMediaElement.prototype.play = function () {
      if (isAsked) return Reflect.apply(play, this, [])
      return Promise.reject(new DOMException('the user did not interact', 'NotAllowedError'))
    }
  })

describe('Echo', () => {
  test('answers a call from the demo with the caller’s own media and text, and shows no frozen picture', async ({
    relay,
    join,
  }) => {
    const echo = runProgram(fileURLToPath(new URL('../../examples/echo/echo.js', import.meta.url)), [
      '--url',
      relay.url,
    ])
    onTestFinished(async () => {
      echo.kill('SIGTERM')
      await echo.ended
    })
    await until(
      echo.lines$,
      (lines) => lines.some((line) => line.startsWith('online as Echo')),
      'Echo',
      30_000,
    )

    const alice = await join('alice')
    await alice.press('Call Echo')
    await alice.status('Connected to Echo')
    await Promise.all([sees(alice), hears(alice)])
    await alice.press('Turn camera off')
    await alice.page.locator('.remote .cover').waitFor()
    await alice.press('Turn camera on')
    await alice.page.locator('.remote .cover').waitFor({ state: 'detached' })
    await sees(alice)
    await alice.page.getByRole('textbox', { name: 'Message' }).fill('anybody there?')
    await alice.press('Send')
    await alice.page.getByText('anybody there?', { exact: true }).nth(1).waitFor()

    await alice.press('Hang up')
    await until(
      echo.lines$,
      (lines) => lines.some((line) => line.endsWith('ended: hung-up')),
      'end of the call',
    )
    await nothingLeft(alice)
  })
})
