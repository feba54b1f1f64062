import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test, type User } from './support/browser-test.ts'
import { connect, connected, hears, hearsNothing, nothingLeft, ring, sees, write } from './support/steps.ts'

/** Makes every camera look like the back camera of a phone. */
const filmFromTheBack = (page: Page) =>
  page.addInitScript(() => {
    const getSettings: () => MediaTrackSettings = Reflect.get(MediaStreamTrack.prototype, 'getSettings')
    MediaStreamTrack.prototype.getSettings = function () {
      return { ...Reflect.apply(getSettings, this, []), facingMode: 'environment' }
    }
  })

/** Resolves once the whole text can be read without scrolling. */
const inSight = async ({ page }: User, text: string): Promise<void> => {
  const element = await page.getByText(text, { exact: true }).elementHandle()
  await page.waitForFunction((element) => {
    const own = element.getBoundingClientRect()
    const log = element.closest('[role="log"]')?.getBoundingClientRect()
    return log !== undefined && own.top >= log.top && own.bottom <= log.bottom
  }, element)
}

describe('a call between two pages', () => {
  test('carries picture, sound and text both ways, and releases everything when the caller hangs up', async ({
    join,
  }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)

    await Promise.all([sees(alice), sees(bob), hears(alice), hears(bob)])
    await Promise.all([sees(alice, 'Local video'), sees(bob, 'Local video')])
    await write(alice, bob, 'hello, Bob')
    await write(bob, alice, 'olá, Alice 👋')
    await write(alice, bob, 'a long story, '.repeat(100).trim())
    await bob.page.setViewportSize({ width: 390, height: 500 })
    await write(alice, bob, 'The end.')
    await inSight(bob, 'The end.')
    const duration = alice.page.getByRole('timer', { name: 'Duration of the call' })
    await duration.filter({ hasText: /^00:0[2-9]$/ }).waitFor()

    await alice.press('Hang up')
    await Promise.all([
      alice.status('Call ended: you hung up'),
      bob.status('Call ended: alice hung up'),
      nothingLeft(alice),
      nothingLeft(bob),
    ])
    const made = await Promise.all(
      [alice, bob].map(({ page }) => page.evaluate(() => probe.connections.length)),
    )
    expect(made).toEqual([1, 1])
  })

  test("shows the caller's own picture while it rings, and opens no camera of the callee", async ({
    join,
  }) => {
    const [alice, bob] = [await join('alice', { prepare: filmFromTheBack }), await join('bob')]
    await ring(alice, bob)

    await sees(alice, 'Local video')
    const { transform } = await alice.page
      .getByLabel('Local video')
      .evaluate((video) => ({ transform: getComputedStyle(video).transform }))
    expect(transform, 'what the back of a phone sees is not mirrored').toBe('none')
    expect(await bob.page.evaluate(() => [probe.streams.length, probe.connections.length])).toEqual([0, 0])
  })

  test('can be hung up by the callee, and another call follows', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)

    await bob.press('Hang up')
    await Promise.all([alice.status('Call ended: bob hung up'), bob.status('Call ended: you hung up')])
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])

    await connect(bob, alice)
    await Promise.all([sees(alice), sees(bob)])
  })

  test('lets each side mute its microphone and close its camera, and restore both', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await Promise.all([sees(bob), hears(bob)])

    await alice.press('Mute microphone')
    await alice.press('Turn camera off')
    await Promise.all([bob.page.locator('.remote .cover').waitFor(), hearsNothing(bob)])
    await Promise.all([sees(alice), hears(alice)])

    await alice.press('Unmute microphone')
    await alice.press('Turn camera on')
    await Promise.all([sees(bob), hears(bob)])
  })

  test('is answered with audio alone when the caller sends no video', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await alice.page.getByRole('switch', { name: 'Use camera' }).uncheck()
    await ring(alice, bob)
    await bob.page.getByText('Audio call').waitFor()
    // Bob would use his camera in a video call, but this audio call does not open it.
    expect(await bob.page.getByRole('switch', { name: 'Use camera' }).count()).toBe(0)
    await bob.press('Accept')
    await connected(alice, bob)

    await Promise.all([hears(alice), hears(bob)])
    const kinds = ({ page }: typeof alice) =>
      page.evaluate(() => probe.streams.flatMap((stream) => stream.getTracks()).map(({ kind }) => kind))
    expect([await kinds(alice), await kinds(bob)]).toEqual([['audio'], ['audio']])
    expect(await alice.button('Turn camera off').count()).toBe(0)
  })

  test('becomes one call when both press Call at once', async ({ join }) => {
    const users = await Promise.all([join('alice'), join('bob')])
    const [alice, bob] = users
    // Both calls begin before either camera opens, so neither side learns about the other's call in time.
    await Promise.all(users.map(({ page }) => page.evaluate(() => probe.hold())))
    await Promise.all([alice.press('Call bob'), bob.press('Call alice')])
    await Promise.all([alice.status('Calling bob'), bob.status('Calling alice')])
    await Promise.all(users.map(({ page }) => page.evaluate(() => probe.release())))

    await connected(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
    for (const { page } of users) {
      const open = await page.evaluate(() => ({
        connections: probe.connections.filter(({ connectionState }) => connectionState !== 'closed').length,
        cameras: probe.streams.length,
      }))
      expect(open).toEqual({ connections: 1, cameras: 1 })
    }

    await alice.press('Hang up')
    await bob.status('Call ended: alice hung up')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })
})
