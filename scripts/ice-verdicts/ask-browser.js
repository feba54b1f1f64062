import puppeteer from 'puppeteer-core'

/**
 * The verdicts of a browser's RTCPeerConnection on ICE servers: `ok`, or the name of the error that it throws.
 *
 * @typedef {object} Verdicts
 * @property {string} version
 * @property {string[]} urls One for each URL, in a server with a username and a credential.
 * @property {string[]} servers
 * @property {number[]} ports The ports that it refuses.
 */

/** The number of connections that a page makes. Chromium refuses more than a few hundred in one process. */
const batch = 200

/**
 * Launches a browser and collects its verdicts.
 *
 * @param {import('puppeteer-core').LaunchOptions} options
 * @param {{ urls: readonly string[], servers: readonly unknown[] }} cases
 * @returns {Promise<Verdicts>}
 */
export async function askBrowser(options, { urls, servers }) {
  const browser = await puppeteer.launch({ headless: true, ...options })
  try {
    const all = [...urls.map((url) => ({ urls: url, username: 'u', credential: 'p' })), ...servers]
    /** @type {string[]} */
    const verdicts = []
    for (let from = 0; from < all.length; from += batch)
      verdicts.push(...(await inNewPage(browser, judgeServers, all.slice(from, from + batch))))
    return {
      version: await browser.version(),
      urls: verdicts.slice(0, urls.length),
      servers: verdicts.slice(urls.length),
      ports: await inNewPage(browser, refusedPorts, undefined),
    }
  } finally {
    await browser.close()
  }
}

/**
 * Runs a function in a page that shares its process with no other page.
 *
 * @template T, R
 * @param {import('puppeteer-core').Browser} browser
 * @param {(value: T) => R} run
 * @param {T} value
 */
async function inNewPage(browser, run, value) {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  const result = await page.evaluate(/** @type {any} */ (run), value)
  await context.close()
  return /** @type {R} */ (result)
}

/** @param {unknown[]} servers */
function judgeServers(servers) {
  return servers.map((server) => {
    try {
      new RTCPeerConnection({ iceServers: [/** @type {RTCIceServer} */ (server)] }).close()
      return 'ok'
    } catch (error) {
      return error instanceof Error ? error.name : String(error)
    }
  })
}

/** Halves each refused range until single ports are left. */
function refusedPorts() {
  /** @type {number[]} */
  const refused = []
  const connection = new RTCPeerConnection()
  /** @type {(from: number, to: number) => void} */
  const search = (from, to) => {
    const urls = Array.from({ length: to - from }, (_, i) => `stun:host:${from + i}`)
    try {
      connection.setConfiguration({ iceServers: [{ urls }] })
    } catch {
      if (urls.length === 1) return void refused.push(from)
      const middle = Math.floor((from + to) / 2)
      search(from, middle)
      search(middle, to)
    }
  }
  for (let from = 0; from < 65_536; from += 64) search(from, from + 64)
  connection.close()
  return refused
}
