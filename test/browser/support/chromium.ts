import { chromium, type Browser } from 'playwright-core'
import { afterAll } from 'vitest'
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

/** Those of this test file: each is started once, when it is first wanted. */
const started = new Map<Devices, Promise<Browser>>()

export function browserWith(devices: Devices = 'allowed'): Promise<Browser> {
  const browser = started.get(devices) ?? launchChromium(devices)
  started.set(devices, browser)
  return browser
}

/** One that the caller closes. */
export async function launchChromium(devices: Devices): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined)
    throw new Error('no Chromium is installed; install one, or name it in the environment: CHROMIUM=/path')
  return chromium.launch({ executablePath, args: [...quiet, ...flags[devices]] })
}

afterAll(async () => {
  for (const browser of started.values()) await (await browser).close()
})
