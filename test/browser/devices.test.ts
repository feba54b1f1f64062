import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumWith } from './support/connect-browser.ts'
import type { DevicesPage } from './support/devices-page/main.ts'
import { servePage } from './support/serve-page.ts'

declare global {
  var devices: DevicesPage
}

let server: Awaited<ReturnType<typeof servePage>>
let page: Page

beforeAll(async () => {
  server = await servePage('test/browser/support/devices-page')
  const browser = await chromiumWith()
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] })
  page = await context.newPage()
  await page.goto(server.url)
  // Browsers let a page make and measure sound after a click.
  await page.getByRole('heading').click()
})
afterAll(async () => {
  await page.context().close()
  await server.stop()
})

test("the level of Chromium's beeping microphone goes up and down", async () => {
  const [loud = 0, quiet = 1] = await page.evaluate(() => devices.beep())
  expect(loud).toBeGreaterThan(0.02)
  expect(loud).toBeLessThanOrEqual(1)
  expect(quiet).toBeLessThan(0.005)
})

test('a beep counts as speech, also of a muted microphone, whose level is 0', async () => {
  expect(await page.evaluate(() => devices.speech())).toEqual({ spoken: [false, true, false], muted: 0 })
})

test('a preview and the call after it open the devices once, and the call releases them', async () => {
  expect(await page.evaluate(() => devices.previewThenCall())).toEqual({
    opened: 1,
    live: ['audio live', 'video live'],
    after: ['ended', 'ended'],
  })
})

test('an element plays through the chosen speaker, and through the default when that is not there', async () => {
  expect(await page.evaluate(() => devices.speakers())).toEqual({
    used: ['ok', 'no-device'],
    sinks: ['chosen', ''],
  })
  await expect
    .poll(() => page.locator('video').evaluate((video) => Reflect.get(video, 'sinkId') as unknown))
    .toBe('')
})

test('the permissions of the page are known', async () => {
  expect(await page.evaluate(() => devices.permitted())).toEqual({ audio: 'granted', video: 'granted' })
})

test('a check finds the devices and the relay of the page', async () => {
  const report = await page.evaluate(() => devices.report())
  for (const id of ['secure-context', 'permissions', 'camera', 'microphone', 'speaker', 'relay'])
    expect(report).toContain(`${id}: ok`)
  expect(report).toContain('turn-udp: skipped')
})
