import { fork } from 'node:child_process'
import puppeteer from 'puppeteer-core'
import { Subject } from 'rxjs'
import { findChromium, findFirefox } from '../lib/browsers.js'

/** @typedef {import('../../src/testing/conformance/index.ts').AgentLink} AgentLink */
/** @typedef {import('../../src/testing/conformance/index.ts').AgentMessage} AgentMessage */
/** @typedef {import('../../src/testing/conformance/index.ts').Platform} Platform */
/** @typedef {'native' | 'simple-peer'} Adapter */

/**
 * Where agents can run.
 *
 * @typedef {object} Place
 * @property {Platform} platform
 * @property {(adapter: Adapter) => Promise<{ agent: AgentLink, close: () => Promise<unknown> }>} newAgent Creates
 *   another agent.
 * @property {() => Promise<unknown>} stop
 */

const quiet = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const devices = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']
/** A page that is behind another one continues to send at full speed. */
const awake = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
]
// Disables the cache of each command's source, which costs kilobytes for each call.
const measured = ['--enable-precise-memory-info', '--js-flags=--expose-gc --no-compilation-cache']

/** The runner handles signals itself, and stops every browser. */
const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }

/** @type {(url: string) => Promise<Place>} */
export async function chromium(url) {
  const executablePath = findChromium()
  if (executablePath === undefined)
    throw new Error('no Chromium is installed; install one, or set its path: CHROMIUM=/path')
  const args = [...quiet, ...devices, ...awake, ...measured]
  const browser = await puppeteer.launch({ executablePath, headless: true, args, ...signals })
  return { platform: { name: 'Chromium' }, newAgent: inPages(browser, url), stop: () => browser.close() }
}

/** @type {(url: string) => Promise<Place>} */
export async function firefox(url) {
  const executablePath = findFirefox()
  if (executablePath === undefined)
    throw new Error('no Firefox is installed; install one, or set its path: FIREFOX=/path')
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    ...signals,
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true,
      'media.navigator.streams.fake': true,
      'media.peerconnection.ice.loopback': true,
      // The machine may have no multicast DNS to resolve hidden addresses.
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'dom.min_background_timeout_value': 4,
    },
  })
  return {
    platform: {
      name: 'Firefox',
      lacks: {
        memory: 'a page can neither request a garbage collection nor read the memory in use',
        'outlive-failure':
          'closes every data channel when the connection fails, and sends no media after an ICE restart from there',
      },
    },
    newAgent: inPages(browser, url),
    stop: () => browser.close(),
  }
}

/** @type {(browser: import('puppeteer-core').Browser, url: string) => Place['newAgent']} */
function inPages(browser, url) {
  return async (adapter) => {
    const page = await browser.newPage()
    /** @type {Subject<AgentMessage>} */
    const message$ = new Subject()
    page.on('error', (error) => message$.error(error))
    await page.exposeFunction('hear', (/** @type {AgentMessage} */ message) => message$.next(message))
    await page.goto(url)
    // The default is to poll with each frame, but a page behind another one may draw no frames.
    await page.waitForFunction(() => 'conformance' in globalThis, { polling: 50 })
    return {
      agent: {
        message$,
        request: (request) =>
          page.evaluate((adapter, request) => globalThis.conformance(adapter, request), adapter, request),
      },
      close: () => page.close(),
    }
  }
}

/** @type {(file: string) => Place} */
export function node(file) {
  return {
    platform: { name: 'Node.js' },
    newAgent: (adapter) => inProcess(file, adapter),
    stop: () => Promise.resolve(),
  }
}

/** @type {(file: string, adapter: Adapter) => ReturnType<Place['newAgent']>} */
function inProcess(file, adapter) {
  const child = fork(file, [adapter], { execArgv: ['--expose-gc'] })
  /** @type {Map<number, { resolve: (answer: unknown) => void, reject: (error: Error) => void }>} */
  const waiting = new Map()
  /** @type {Subject<AgentMessage>} */
  const message$ = new Subject()
  let requests = 0
  let isWanted = true

  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const error = new Error(`the process of the agent ended: ${signal ?? code}`)
      for (const { reject } of waiting.values()) reject(error)
      if (isWanted) message$.error(error)
      resolve(undefined)
    })
  })
  /** @type {AgentLink} */
  const agent = {
    message$,
    request: (request) =>
      new Promise((resolve, reject) => {
        const id = requests++
        waiting.set(id, { resolve, reject })
        child.send({ id, request }, (error) => error && reject(error))
      }),
  }
  const close = () => {
    isWanted = false
    child.kill('SIGKILL')
    return exited
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.on('message', (/** @type {any} */ told) => {
      if (told.ready) return resolve({ agent, close })
      if (told.message) return message$.next(told.message)
      const asked = waiting.get(told.id)
      waiting.delete(told.id)
      if ('error' in told) asked?.reject(new Error(told.error))
      else asked?.resolve(told.answer)
    })
  })
}
