import { chromium, type Browser } from 'playwright-core'
import type { BrowserContext } from 'puppeteer-core'
import { inject, onTestFinished } from 'vitest'
import type { Devices } from './chromium.ts'

/** Connections of this process. They end with it, and leave the browsers to the others. */
const connected = new Map<Devices, Promise<Browser>>()

/** The Chromium with these devices that all test files share. */
export function chromiumWith(devices: Devices = 'allowed'): Promise<Browser> {
  const browser =
    connected.get(devices) ?? endpointOf(`chromium/${devices}`).then((endpoint) => chromium.connect(endpoint))
  connected.set(devices, browser)
  return browser
}

/** A new browser profile in the Firefox that all test files share; it closes when the test ends. */
export async function firefoxContext(): Promise<BrowserContext> {
  // Few test files need it, and all import this one.
  const { connect } = await import('puppeteer-core')
  const browser = await connect({
    browserWSEndpoint: await endpointOf('firefox'),
    protocol: 'webDriverBiDi',
  })
  const context = await browser.createBrowserContext()
  onTestFinished(async () => {
    await context.close()
    await browser.disconnect()
  })
  return context
}

async function endpointOf(browser: `chromium/${Devices}` | 'firefox'): Promise<string> {
  const response = await fetch(`${inject('browsers')}/${browser}`)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}
