import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { findFirefox } from '../../../scripts/lib/browsers.js'

/** A Firefox with a camera and a microphone that need no permission. The caller closes it. */
export async function launchFirefox(): Promise<Browser> {
  const executablePath = findFirefox()
  if (executablePath === undefined)
    throw new Error('no Firefox is installed; install one, or name it in the environment: FIREFOX=/path')
  return puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true,
      'media.navigator.streams.fake': true,
      // Both browsers may have no other network than this machine's own.
      'media.peerconnection.ice.loopback': true,
      'media.autoplay.default': 0,
    },
  })
}

export const pressIn = (page: Page, button: string): Promise<void> =>
  page.locator(`::-p-aria([name="${button}"][role="button"])`).click()

/** Resolves once the page says this. */
export const saysIn = (page: Page, text: string) =>
  page.waitForFunction((text: string) => document.body.innerText.includes(text), {}, text)
