import { chromium, type Browser, type BrowserServer } from 'playwright-core'
import { findChromium } from '../../../scripts/lib/browsers.js'

/** A user's devices: camera and microphone, two cameras, no camera, or all devices blocked for the page. */
export type Devices = 'allowed' | 'two-cameras' | 'no-camera' | 'refused'

/**
 * The features that a test disables. Each new window of headless Chromium loads two pages for its invisible address
 * bar. They take more CPU than the demo. Chromium obeys only the last list of features, so this one repeats those of
 * Playwright's that matter.
 */
const disabledFeatures = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'MediaRouter',
  'OptimizationHints',
  'PaintHolding',
]

const quiet = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${disabledFeatures.join(',')}`,
]

/** At half the usual rate a call takes a quarter less CPU, because each picture is encoded and drawn. */
const camera = (settings = '') => `--use-fake-device-for-media-stream=fps=10${settings}`
const flags: Record<Devices, readonly string[]> = {
  allowed: ['--use-fake-ui-for-media-stream', camera()],
  'two-cameras': ['--use-fake-ui-for-media-stream', camera(',device-count=2')],
  'no-camera': ['--use-fake-ui-for-media-stream', camera(',device-count=0')],
  refused: ['--deny-permission-prompts', camera()],
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
