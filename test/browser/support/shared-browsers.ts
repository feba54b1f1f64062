import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserServer } from 'playwright-core'
import type { Browser as Firefox } from 'puppeteer-core'
import type { TestProject } from 'vitest/node'
import { serveChromium, type Devices } from './chromium.ts'
import { launchFirefox } from './firefox.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test file asks for a browser: `GET /chromium/<devices>` or `GET /firefox` answers with a WebSocket URL. */
    readonly browsers: string
  }
}

/**
 * Set up once for a suite. All its files share one Firefox, and one Chromium for each set of devices. A browser
 * starts when a file first asks for it. Most runs of a single file need only one. It closes after the last file.
 */
export async function setup({ provide }: TestProject) {
  const chromiums = new Map<string, Promise<BrowserServer>>()
  let firefox: Promise<Firefox> | undefined

  const openChromium = (devices: string) => {
    const server = chromiums.get(devices) ?? serveChromium(devices as Devices)
    chromiums.set(devices, server)
    return server.then((server) => server.wsEndpoint())
  }

  // Firefox has one WebDriver session at a time: that of the launch ends here, and each file begins another.
  const openFirefox = async () => {
    firefox ??= launchFirefox().then(async (browser) => {
      await browser.disconnect()
      return browser
    })
    return (await firefox).wsEndpoint()
  }

  const server = createServer(({ url = '' }, response) => {
    const [, kind, devices = ''] = url.split('/')
    const opened = kind === 'firefox' ? openFirefox() : openChromium(devices)
    opened.then(
      (endpoint) => response.end(endpoint),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  provide('browsers', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)

  return async () => {
    server.close()
    for (const chromium of chromiums.values()) await (await chromium).close()
    const process = (await firefox)?.process()
    if (process && process.exitCode === null) {
      process.kill()
      await once(process, 'exit')
    }
  }
}
