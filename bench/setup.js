import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { ensureBuilt } from '../scripts/lib/ensure-built.js'
import { ensureChromium } from '../scripts/lib/ensure-browser.js'
import { ensureDependencies } from '../scripts/lib/ensure-dependencies.js'
import { variants } from './page/side.js'
import { ratioOf, report } from './setup/report.js'
import { rows, steps } from './setup/rows.js'

// Measures how long a call takes from the callee's click until both see each other. Compares rxcall with either peer,
// PeerJS, and the same call written by hand. Then does the same with a camera that opens slowly. See README.md. The
// last two lines are `setup ratio native R simple-peer R PeerJS R` and `slow camera ratio native R simple-peer R PeerJS
// R`.

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    steps: { type: 'boolean', default: false },
  },
})
const rounds = Number(options.rounds)
const warmUps = 3
/** Milliseconds. */
const [longestCall, slowCamera] = [20_000, 500]

/** @typedef {import('./page/side.js').Variant} Variant */
/** @typedef {import('./page/main.js').JoinOptions} JoinOptions */
/** @typedef {import('./setup/report.js').Calls} Calls */
/** @typedef {import('./setup/rows.js').Call} Call */
/** @typedef {import('./setup/rows.js').Marks} Marks */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ readonly caller: Page, readonly callee: Page }} Pages */

/** @type {(page: Page, method: string, ...args: unknown[]) => Promise<unknown>} */
const on = (page, method, ...args) =>
  page.evaluate(([method, args]) => {
    /** @type {Record<string, (...args: unknown[]) => unknown>} */
    const bench = Reflect.get(globalThis, 'bench')
    return bench[method]?.(...args)
  }, /** @type {const} */ ([method, args]))

/**
 * @template T
 * @param {Promise<T>} call
 * @param {string} what
 * @returns {Promise<T>} As `call`; rejects where that takes too long.
 */
function inTime(call, what) {
  const tooLong = new Promise((_, reject) => {
    AbortSignal.timeout(longestCall).addEventListener('abort', () => {
      reject(new Error(`${what} took longer than ${longestCall / 1000} s`))
    })
  })
  return /** @type {Promise<T>} */ (Promise.race([call, tooLong]))
}

/**
 * Runs one call. Only the callee's camera may open slowly, because the caller's is open before the call begins.
 *
 * @type {(pages: Pages, variant: Variant, call: string, options: JoinOptions) => Promise<Call>}
 */
async function measure({ caller, callee }, variant, call, options) {
  const [from, to] = [`caller ${call}`, `callee ${call}`]
  await Promise.all([
    on(caller, 'join', variant, from, { ...options, cameraOpensIn: 0 }),
    on(callee, 'join', variant, to, options),
  ])
  const ready = [on(callee, 'offered'), on(caller, 'gathered')]
  await on(caller, 'call', to)
  await Promise.all(ready)
  await on(callee, 'accept')
  await Promise.all([on(callee, 'seen'), on(caller, 'seen')])
  const marks = await Promise.all([on(callee, 'marks'), on(caller, 'marks')])
  await Promise.all([on(caller, 'close'), on(callee, 'close')])
  const [calleeMarks, callerMarks] = /** @type {[Marks, Marks]} */ (marks)
  return { callee: calleeMarks, caller: callerMarks }
}

/** @type {(pages: Pages, options: JoinOptions) => Promise<Calls>} */
async function measureAll(pages, options) {
  /** @type {Record<Variant, Call[]>} */
  const calls = { native: [], 'simple-peer': [], control: [], PeerJS: [] }
  for (let round = -warmUps; round < rounds; round++) {
    for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
      const name = `${variant} ${options.cameraOpensIn} ${round + warmUps}`
      const call = await inTime(measure(pages, variant, name, options), `call ${name}`)
      if (round >= 0) calls[variant].push(call)
    }
  }
  return calls
}

/** @param {string} folder */
async function run(folder) {
  if (!(await ensureBuilt())) throw new Error('npm run build failed')
  if (!(await ensureDependencies('bench/peerjs'))) throw new Error('PeerJS could not be installed')
  const executablePath = await ensureChromium()
  if (executablePath === undefined) throw new Error('Chromium is not installed')
  await build({
    configFile: false,
    root: fileURLToPath(new URL('page', import.meta.url)),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  })

  const { startPeerServer } = await import('./peerjs/peer-server.js')
  const peerServer = await startPeerServer()
  const { createRelay } = await import('rxcall-relay')
  // PeerJS connects to its own server, which the Content-Security-Policy of the demo would block.
  const relay = createRelay({ port: 0, host: 'localhost', demo: folder, contentSecurityPolicy: false })
  const { url } = await relay.listen()
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
    ],
  })
  try {
    const open = async () => {
      const page = await (await browser.newContext()).newPage()
      page.on('pageerror', (error) => console.error(`in the page: ${error.message}`))
      await page.goto(url)
      await page.waitForFunction(() => 'bench' in globalThis)
      return page
    }
    const pages = { caller: await open(), callee: await open() }
    const usual = await measureAll(pages, { peerServer: peerServer.port, cameraOpensIn: 0 })
    const slow = await measureAll(pages, { peerServer: peerServer.port, cameraOpensIn: slowCamera })
    print(usual, slow)
  } finally {
    await browser.close()
    await relay.close()
    peerServer.close()
  }
}

/** @type {(usual: Calls, slow: Calls) => void} */
function print(usual, slow) {
  const shown = options.steps ? { ...rows, ...steps } : rows
  console.log(
    `${rounds} calls of each, in turn, after ${warmUps} to warm up. Milliseconds from the callee's click: the median,\n` +
      'the quartiles, and the median by that of the control.\n',
  )
  console.log(report(usual, shown))
  console.log(`\nThe same with a camera of the callee that takes ${slowCamera} ms longer to open:\n`)
  console.log(report(slow, shown))
  console.log(`\nsetup ratio ${ratios(usual, 'both see')}`)
  console.log(`slow camera ratio ${ratios(slow, 'callee sees')}`)
}

/** @type {(calls: Calls, row: string) => string} */
function ratios(calls, row) {
  const time = rows[row]
  if (time === undefined) throw new Error(`unknown row: ${row}`)
  return variants
    .filter((variant) => variant !== 'control')
    .map((variant) => `${variant} ${ratioOf(calls, variant, time).toFixed(2)}`)
    .join(' ')
}

const folder = mkdtempSync(join(tmpdir(), 'rxcall-bench-'))
try {
  await run(folder)
} finally {
  rmSync(folder, { recursive: true })
}
