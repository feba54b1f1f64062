import { chromium, type Browser, type BrowserServer } from 'playwright-core'
import { findChromium } from '../../../scripts/lib/browsers.js'

/** What a user's machine has: camera and microphone, two cameras, no camera, or all, but the page may not use them. */
export type Devices = 'allowed' | 'two-cameras' | 'no-camera' | 'refused'

const quiet = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const flags: Record<Devices, readonly string[]> = {
  allowed: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  'two-cameras': ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=device-count=2'],
  'no-camera': ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=device-count=0'],
  refused: ['--deny-permission-prompts', '--use-fake-device-for-media-stream'],
}

function optionsFor(devices: Devices) {
  const executablePath = findChromium()
  if (executablePath === undefined)
    throw new Error('no Chromium is installed; install one, or name it in the environment: CHROMIUM=/path')
  return { executablePath, args: [...quiet, ...flags[devices]] }
}

/** A Chromium that several processes can connect to. The caller closes it. */
export const serveChromium = async (devices: Devices): Promise<BrowserServer> =>
  chromium.launchServer(optionsFor(devices))

/** A Chromium for this process alone. The caller closes it. */
export const launchChromium = async (devices: Devices): Promise<Browser> =>
  chromium.launch(optionsFor(devices))

/** A Chromium whose pages go to the back/forward cache, which Playwright switches off. The caller closes it. */
export const launchWithPageCache = async (): Promise<Browser> =>
  chromium.launch({ ...optionsFor('allowed'), ignoreDefaultArgs: ['--disable-back-forward-cache'] })
